import type { ConditionAnswer, ConditionInput } from './condition-answer.ts';

let evaluator: Promise<typeof import('./evaluate-condition.ts')> | undefined;

/**
 * Asks whether a condition holds. JSONata is loaded when the first is asked: most plans have none.
 *
 * @returns an error for a condition that fails, or goes over its limits
 */
export async function askCondition(text: string, input: ConditionInput): Promise<ConditionAnswer> {
  evaluator ??= import('./evaluate-condition.ts');
  return (await evaluator).evaluateCondition(text, input);
}
