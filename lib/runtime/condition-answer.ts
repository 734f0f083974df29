import type { JsonObject } from '../model/json.ts';

/** What a condition is evaluated over, and all that it can see. */
export interface ConditionInput {
  readonly outputs: JsonObject;
  readonly context: JsonObject;
}

export type ConditionAnswer = { readonly holds: boolean } | { readonly error: string };
