import { z } from 'zod';
import { ApiProblem } from './problem.ts';

/** Where the next page of a list begins, as text that callers hand back as it is. */
export function writeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws ApiProblem 400 for a cursor that is none of ours */
export function readCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  const result = schema.safeParse(parse(cursor));
  if (!result.success) throw new ApiProblem(400, 'the cursor is not one that this list gave');
  return result.data;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

export const runPlace = z.strictObject({ created_at: z.string(), run_id: z.string() });
export const taskPlace = z.strictObject({ ordinal: z.int().nonnegative() });
