import type { FollowedPlan } from './placed-task.ts';
import type { RunHistory } from './run-history.ts';
import type { Expected } from './sim-plans.ts';

export interface SimRun {
  readonly id: string;
  readonly history: RunHistory;
  /** A plan to take the place of its plan. */
  readonly changed: (plan: FollowedPlan, version: number) => FollowedPlan;
  /** What becomes of the tasks of a plan when nothing is in their way; undefined where that is a question of time. */
  readonly expected: (plan: FollowedPlan) => Map<string, Expected> | undefined;
  /** What has been done to it makes its outcome another than that of its plan. */
  altered: boolean;
  versions: number;
}
