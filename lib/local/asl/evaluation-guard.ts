import type { Expression } from 'jsonata';
import type { AslLimits } from './limits.ts';

/** JSONata calls what is bound to this name before it visits a node. */
const EVALUATE_ENTRY = Symbol.for('jsonata.__evaluate_entry');

interface Budget {
  steps: number;
  ownMs: number;
}

let lastEvaluation: object | undefined;
let lastAtMs = 0;

/**
 * Bounds every evaluation of the expression in steps and in time.
 *
 * Evaluations interleave, so the clock on the wall says little about one of them: time counts for an evaluation only between two of its
 * steps that directly follow each other. A loop has the event loop to itself and is thus measured in full; and whatever is not, the steps bound.
 */
export function guardEvaluations(expression: Expression, limits: AslLimits): void {
  const budgets = new WeakMap<object, Budget>();
  // something else may have held up the event loop in between: a single gap must not be the end
  const longestStepMs = limits.evaluationMs / 4;
  const onStep = (_node: unknown, _input: unknown, environment: { readonly base: object }): void => {
    const evaluation = environment.base;
    const budget = budgets.get(evaluation) ?? { steps: 0, ownMs: 0 };
    if (budget.steps === 0) budgets.set(evaluation, budget);
    const nowMs = performance.now();
    if (lastEvaluation === evaluation) budget.ownMs += Math.min(nowMs - lastAtMs, longestStepMs);
    lastEvaluation = evaluation;
    lastAtMs = nowMs;
    if (++budget.steps > limits.evaluationSteps) throw new Error(`it took more than ${limits.evaluationSteps} steps`);
    if (budget.ownMs > limits.evaluationMs) throw new Error(`it took longer than ${limits.evaluationMs} ms`);
  };
  // typed for strings only, but a symbol is the documented way
  expression.assign(EVALUATE_ENTRY as unknown as string, onStep);
}
