import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isJsonObject, type JsonObject, NotJsonError, toPlainJson } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import { LARGEST_PLAN } from '../model/plan-sizes.ts';
import { UsageError } from './usage-error.ts';

/** Of more nothing is parsed. */
const MAX_FILE_BYTES = LARGEST_PLAN.bytes;
const MAX_FILE_MB = MAX_FILE_BYTES / 1024 / 1024;
const CHUNK_BYTES = 1024 * 1024;

/** The text of a file, or of standard input for `-`. @throws UsageError */
export function readInput(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readBytes(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${path}: ${error instanceof TypeError ? 'it is not UTF-8 text' : (error as Error).message}`, {
      cause: error,
    });
  }
}

function readBytes(path: string): Uint8Array {
  const file = path === '-' ? 0 : openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > MAX_FILE_BYTES) throw new UsageError(`${path} has ${Math.ceil(size / 1e6)} MB; at most ${MAX_FILE_MB} MB are read`);
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, read));
      sizeBytes += read;
      // a pipe or a device does not say how much there is
      if (sizeBytes > MAX_FILE_BYTES) throw new UsageError(`${path} has more than the ${MAX_FILE_MB} MB that are read`);
    }
  } finally {
    if (file !== 0) closeSync(file);
  }
}

/** Whether an argument is JSON itself, and not the name of a file. */
export function isJsonText(given: string): boolean {
  return given.trimStart().startsWith('{');
}

/** @param given the JSON, or the name of its file @throws UsageError when it is no JSON object */
export function readJsonObject(given: string): JsonObject {
  const name = isJsonText(given) ? 'the JSON object' : given;
  const parsed = parseJson(isJsonText(given) ? given : readInput(given));
  if (!parsed.ok) throw new UsageError(`${name}: ${parsed.problems[0].message}`);
  try {
    const value = toPlainJson(parsed.value);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (error instanceof NotJsonError) throw new UsageError(`${name} ${error.message}`, { cause: error });
    throw error;
  }
  throw new UsageError(`${name} does not hold a JSON object`);
}
