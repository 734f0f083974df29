import type { RecordedRun } from './recorded-run.ts';
import type { Tokens } from './script.ts';

/** What there was in a run for an interpreter to do. */
export interface RunContents {
  readonly status: string;
  /** Tasks that were attempted more than once. */
  readonly retried: number;
  /** Tasks that came to a failure of their own. */
  readonly failed: number;
  /** Attempts that the interpreter gave up. */
  readonly timedOutStates: number;
  /** Attempts of which the function said that their time was up. */
  readonly timedOutTasks: number;
  /** Gates found open, and those that waited. */
  readonly tokens: Tokens;
}

export function contentsOf({ observed, mocks, tokens }: Pick<RecordedRun, 'observed' | 'mocks' | 'tokens'>): RunContents {
  const attempts = Object.entries(mocks).flatMap(([key, steps]) => (key.startsWith('run-task ') ? [steps] : []));
  const threw = (steps: (typeof attempts)[number], errorType: string): number =>
    steps.filter((step) => step.Throw?.errorType === errorType).length;
  const events = observed.executions.flatMap((execution) => execution.events);
  return {
    status: observed.status,
    retried: attempts.filter(({ length }) => length > 1).length,
    failed: attempts.filter((steps) => ['TaskFailed', 'TaskTimedOut'].includes(steps.at(-1)?.Throw?.errorType ?? '')).length,
    timedOutStates: events.filter(({ type }) => type === 'TaskTimedOut').length,
    timedOutTasks: attempts.reduce((sum, steps) => sum + threw(steps, 'TaskTimedOut'), 0),
    tokens,
  };
}
