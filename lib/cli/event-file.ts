import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import type { RunEvent } from '../runtime/ports/run-event.ts';
import { UsageError } from './usage-error.ts';

const BUFFERED_CHARS = 64 * 1024;
/** Whoever follows the file is so far behind at most, and so much is missing where the process is killed. */
const FLUSH_MS = 100;

/**
 * Writes events to a file, one JSON object a line. Opened early, to know that it can be written; what it held before is gone
 * only once the run begins, and a new file stays away until then.
 */
export class EventFile {
  readonly #path: string;
  readonly #file: number;
  readonly #isNew: boolean;
  #begun = false;
  #lines = '';
  #timer: NodeJS.Timeout | undefined;
  #failure: string | undefined;

  /**
   * @param inputs files that are read: writing over them is refused
   * @throws UsageError when the file cannot be written
   */
  constructor(path: string, inputs: readonly string[] = []) {
    if (inputs.some((input) => isSameFile(input, path))) throw new UsageError(`events would be written over ${path}, which is read`);
    this.#path = path;
    this.#isNew = !existsSync(path);
    try {
      this.#file = openSync(path, 'a');
    } catch (error) {
      throw new UsageError(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The file of `--events`, where that was asked for. */
  static of(path: string | undefined, inputs: readonly string[] = []): EventFile | undefined {
    return path === undefined ? undefined : new EventFile(path, inputs);
  }

  /** Why events are missing from the file: a run is not stopped for that. */
  get failure(): string | undefined {
    return this.#failure;
  }

  begin(): void {
    this.#begun = true;
    if (fstatSync(this.#file).isFile()) ftruncateSync(this.#file);
  }

  /** In one order of fields, wherever the event comes from. */
  write({ seq, at, run_id, ...rest }: RunEvent): void {
    this.#lines += `${JSON.stringify({ seq, at, run_id, ...rest })}\n`;
    if (this.#lines.length >= BUFFERED_CHARS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
    if (this.#isNew && !this.#begun) rmSync(this.#path);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = Buffer.from(this.#lines);
    this.#lines = '';
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      this.#failure ??= `cannot write ${this.#path}: ${(error as Error).message}`;
    }
  }
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.isFile() && a.dev === b.dev && a.ino === b.ino;
}
