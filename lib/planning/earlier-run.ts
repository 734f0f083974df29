import type { Run } from '../runtime/ports/runs.ts';
import type { PreparedPlan } from './prepare-plan.ts';

/** The idempotency key is that of an earlier run, of another plan. Nothing has been written. */
export class KeyTakenError extends Error {
  override readonly name = 'KeyTakenError';
  readonly code = 'E5200';
}

/**
 * Whether the run that an idempotency key stands for already is of this plan. Plans are told apart by the plan_id that they are given;
 * nothing can be said of one without, or of a run whose plan is yet to be compiled.
 *
 * @throws KeyTakenError
 */
export function requireSamePlan(earlier: Pick<Run, 'run_id' | 'plan_id' | 'task_count'>, { plan, kept }: PreparedPlan): void {
  if (earlier.task_count === 0 || kept.made_id === true || earlier.plan_id === plan.plan_id) return;
  throw new KeyTakenError(
    `the idempotency key is that of run ${earlier.run_id}, of plan ${earlier.plan_id}: plan ${plan.plan_id} needs a key of its own`,
  );
}
