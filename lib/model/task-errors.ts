/**
 * Names under which run-task, settle-task and finish-run throw, as they stand in `ErrorEquals` of the compiled definition.
 * They live in the model because both the compiler (which writes them) and the runtime (which throws them) use them.
 */
export const TASK_ERROR = {
  /** A dependency failed: the task never runs. */
  blocked: 'TaskBlocked',
  /** The run is being paused, cancelled, or is over: nothing new starts. */
  stopped: 'RunStopped',
  /** A binding has no value (E5402). Trying again would not help. */
  binding: 'BindingFailed',
  /** The executor answered with a failure, or threw (E5202). */
  failed: 'TaskFailed',
  /** The executor took longer than `timeout_seconds` (E5203). */
  timedOut: 'TaskTimedOut',
  /** Another invocation of the same task has taken over; asking again costs no attempt. */
  superseded: 'AttemptSuperseded',
  /** The store or Step Functions could not be reached: not the task's fault, and asking again costs no attempt. */
  interrupted: 'OrchestratorUnavailable',
  /** The agent or tool could not be reached (E5901). */
  unavailable: 'AgentUnavailable',
} as const;
export type TaskErrorName = (typeof TASK_ERROR)[keyof typeof TASK_ERROR];

/** Thrown by finish-run: at least one task failed. The execution is FAILED under this name, with the counts as its cause. */
export const RUN_FAILED = 'E5204';
/** Thrown by finish-run: some tasks have no final status, which is a defect of the orchestrator, not of the plan. */
export const RUN_INCOMPLETE = 'E5200';
