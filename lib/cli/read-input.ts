import { readFileSync, statSync } from 'node:fs';
import type { JsonObject } from '../model/json.ts';
import { LARGEST_PLAN } from '../model/plan-sizes.ts';
import { UsageError } from './usage-error.ts';

const MAX_FILE_BYTES = LARGEST_PLAN.bytes;

/** The text of a file, or of standard input for `-`. @throws UsageError */
export function readInput(path: string): string {
  try {
    if (path !== '-') {
      const { size } = statSync(path);
      if (size > MAX_FILE_BYTES)
        throw new UsageError(`${path} has ${Math.ceil(size / 1e6)} MB; at most ${MAX_FILE_BYTES / 1024 / 1024} MB are read`);
    }
    const bytes = readFileSync(path === '-' ? 0 : path);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${path}: ${error instanceof TypeError ? 'it is not UTF-8 text' : (error as Error).message}`, {
      cause: error,
    });
  }
}

/** @throws UsageError when the file does not hold a JSON object */
export function readJsonObject(path: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(readInput(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError(`${path} does not hold a JSON object`);
  return value as JsonObject;
}
