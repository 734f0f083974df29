import { jsonata } from './lazy-jsonata.ts';

/** What is wrong with a condition, and at which character, from 1 on, where that is known. */
export interface ConditionError {
  readonly message: string;
  readonly position: number | undefined;
}

/** Functions that conditions do not have: their answer would be another at a repeat, or, of one, is not in the plan. */
export const WITHHELD_FUNCTIONS: ReadonlySet<string> = new Set(['eval', 'now', 'millis', 'random', 'shuffle']);

/** Reads a condition without evaluating it; undefined where it is JSONata. */
export function conditionError(text: string): ConditionError | undefined {
  try {
    return withheldIn(jsonata(text).ast());
  } catch (error) {
    if (error instanceof RangeError) return { message: 'it is nested too deeply', position: undefined };
    // JSONata throws plain objects
    const { message = String(error), position } = error as { readonly message?: string; readonly position?: number };
    return { message, position };
  }
}

/** The first call of a function that is withheld, anywhere in the expression. */
function withheldIn(node: unknown): ConditionError | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, procedure, position } = node as {
    readonly type?: unknown;
    readonly procedure?: { readonly value?: unknown };
    readonly position?: number;
  };
  const name = procedure?.value;
  if (type === 'function' && typeof name === 'string' && WITHHELD_FUNCTIONS.has(name)) {
    return { message: `$${name} is not there: a repeat has to come to the same`, position };
  }
  for (const part of Object.values(node)) {
    const found = withheldIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
