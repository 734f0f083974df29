import jsonata from 'jsonata';

/** What is wrong with a condition, and at which character, from 1 on, where that is known. */
export interface ConditionError {
  readonly message: string;
  readonly position: number | undefined;
}

/** Reads a condition without evaluating it; undefined where it is JSONata. */
export function conditionError(text: string): ConditionError | undefined {
  try {
    jsonata(text);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return { message: 'it is nested too deeply', position: undefined };
    // JSONata throws plain objects
    const { message = String(error), position } = error as { readonly message?: string; readonly position?: number };
    return { message, position };
  }
}
