import type { JsonObject } from '../model/json.ts';

/** What a condition is evaluated over, and all that it can see. */
export interface ConditionInput {
  readonly outputs: JsonObject;
  readonly context: JsonObject;
}

/** The error of a condition that fails or goes over its limits. */
export type ConditionAnswer = { readonly holds: boolean } | { readonly error: string };

/** Says whether a condition holds; never throws. */
export type ConditionEvaluator = (text: string, input: ConditionInput) => Promise<ConditionAnswer>;

let evaluator: Promise<typeof import('./evaluate-condition.ts')> | undefined;

/** Loads JSONata when the first condition is asked: most plans have none. */
export const loadedWhenAsked: ConditionEvaluator = async (text, input) => {
  evaluator ??= import('./evaluate-condition.ts');
  return (await evaluator).evaluateCondition(text, input);
};
