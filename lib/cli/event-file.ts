import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunEvent } from '../runtime/ports.ts';
import { UsageError } from './usage-error.ts';

const BUFFERED_CHARS = 64 * 1024;

/** Writes events to a file, one JSON object a line. */
export class EventFile {
  readonly #file: number;
  #lines = '';

  /** @throws UsageError when the file cannot be written */
  constructor(path: string) {
    try {
      this.#file = openSync(path, 'w');
    } catch (error) {
      throw new UsageError(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
    }
  }

  write(event: RunEvent): void {
    this.#lines += `${JSON.stringify(event)}\n`;
    if (this.#lines.length >= BUFFERED_CHARS) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#lines);
    this.#lines = '';
  }
}
