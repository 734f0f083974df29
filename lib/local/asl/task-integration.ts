import type { StateVisit } from './state-visit.ts';
import type { TaskAttempt } from './task-attempt.ts';

/** What stands behind a Resource: it begins what the Arguments say and tells the attempt what becomes of it. */
export interface TaskIntegration {
  /** Whether each attempt gets a token, and waits for that rather than for the answer. */
  readonly usesToken: boolean;
  /** @throws StateFailure where it cannot even begin */
  start(args: Readonly<Record<string, unknown>>, visit: StateVisit, attempt: TaskAttempt): void;
}
