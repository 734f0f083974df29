/**
 * Names under which run-task, settle-task and finish-run throw, as they stand in `ErrorEquals` of the compiled definition.
 * They live in the model because both the compiler (which writes them) and the runtime (which throws them) use them.
 */
export const TASK_ERROR = {
  /** A dependency failed: the task never runs. */
  blocked: 'TaskBlocked',
  /** The run is being paused, cancelled, or is over: nothing new starts. */
  stopped: 'RunStopped',
  /** The run is over its `max_execution_time_sec` (E5203): nothing starts, and what runs is aborted. */
  outOfTime: 'RunOutOfTime',
  /** The run has used up its `max_token_count` or `max_cost_usd` (E5501): nothing more starts. */
  usedUp: 'BudgetUsedUp',
  /** A condition of the task says no: it is `skipped`. */
  skipped: 'TaskSkipped',
  /** A task of a `fail_fast` plan has failed: this one does not start any more. */
  failFast: 'RunFailedFast',
  /** A binding has no value, or a condition cannot be evaluated (E5402). Trying again would not help. */
  binding: 'BindingFailed',
  /** The executor answered with a failure, or threw (E5202). */
  failed: 'TaskFailed',
  /** Of a foreach more items have failed than it tolerates. */
  itemsFailed: 'ItemsFailed',
  /** The executor took longer than `timeout_seconds` (E5203). */
  timedOut: 'TaskTimedOut',
  /** Another invocation of the same task has taken over; asking again costs no attempt. */
  superseded: 'AttemptSuperseded',
  /** The store or Step Functions could not be reached: not the task's fault, and asking again costs no attempt. */
  interrupted: 'OrchestratorUnavailable',
  /** The compound that the task is in took longer than its `timeout_seconds` (E5203): nothing of it starts, and what runs is aborted. */
  compoundTimedOut: 'CompoundTimedOut',
  /** The child run of the task has failed (E5204). */
  childFailed: 'ChildRunFailed',
  /** The child run of the task was cancelled (E5204): so is the task, and nobody tries again. */
  childCancelled: 'ChildRunCancelled',
  /** The agent or tool could not be reached (E5901). */
  unavailable: 'AgentUnavailable',
} as const;
export type TaskErrorName = (typeof TASK_ERROR)[keyof typeof TASK_ERROR];

/** Thrown by finish-run: the execution is FAILED under this name, with the counts as its cause. */
export const RUN_ERROR = {
  /** At least one task failed. */
  failed: 'E5204',
  /** Some tasks have no final status, which is a defect of the orchestrator, not of the plan. */
  incomplete: 'E5200',
  /** The run went over its `max_execution_time_sec`. */
  outOfTime: 'E5203',
  /** The run used up its `max_token_count` or `max_cost_usd`. */
  usedUp: 'E5501',
} as const;
export type RunErrorName = (typeof RUN_ERROR)[keyof typeof RUN_ERROR];
