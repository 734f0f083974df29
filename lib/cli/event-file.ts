import { accessSync, closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunEvent } from '../runtime/ports.ts';
import { UsageError } from './usage-error.ts';

const BUFFERED_CHARS = 64 * 1024;

/** Says before anything is written whether a file could be. @throws UsageError */
export function checkWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a directory');
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

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

  /** In one order of fields, wherever the event comes from. */
  write({ seq, at, run_id, ...rest }: RunEvent): void {
    this.#lines += `${JSON.stringify({ seq, at, run_id, ...rest })}\n`;
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
