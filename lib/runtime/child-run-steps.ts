import type { ChildAttempt } from './attempt-child-run.ts';
import type { SubPlanRecord } from './child-run-id.ts';
import type { RunControl } from './ports/runs.ts';
import type { TaskProgress } from './ports/tasks.ts';
import type { RunScope, Runtime } from './runtime.ts';

/** What tasks that are runs of other plans take beside what all tasks do. */
export interface ChildRunSteps {
  /** See `attempt-child-run.ts`. */
  attempt(runtime: Runtime, scope: RunScope, record: SubPlanRecord, attempt: ChildAttempt): Promise<void>;
  /** See `tell-parent.ts`. */
  tellParent(runtime: Runtime, runId: string): Promise<void>;
  /** See `stop-children.ts`. */
  stop(runtime: Runtime, control: RunControl, dead?: boolean): Promise<void>;
  /** See `children-rest.ts`. */
  rest(runtime: Runtime, scope: RunScope, parent: RunControl, waiting: readonly TaskProgress[]): Promise<boolean>;
}

/** For functions, whose start is short: most runs have no child runs. */
export const childRunsWhenAsked: ChildRunSteps = {
  attempt: async (...given) => (await import('./attempt-child-run.ts')).attemptChildRun(...given),
  tellParent: async (...given) => (await import('./tell-parent.ts')).tellParent(...given),
  stop: async (...given) => (await import('./stop-children.ts')).stopChildren(...given),
  rest: async (...given) => (await import('./children-rest.ts')).childrenRest(...given),
};
