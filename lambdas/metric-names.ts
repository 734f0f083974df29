/** Where the functions put their metrics. */
export const METRICS_NAMESPACE = 'TaskOrchestrator';

/** Counted, from the events of runs. */
export const COUNTS = [
  'PlansSubmitted',
  'PlansCompleted',
  'PlansFailed',
  'TasksCompleted',
  'TasksFailed',
  'TasksBlocked',
  'TasksRetried',
] as const;
export type CountName = (typeof COUNTS)[number];

/** Measured, in milliseconds. */
export const TIMES = [
  /** From the submission of a plan to its end; of one that is resumed or retried, without what it stood still. */
  'PlanDuration',
  /** Of an attempt, however it ended. */
  'TaskDuration',
  /** From the moment a gate is entered until its task may go: for its dependencies and for a place. */
  'GateWait',
  /** Of the tasks that found no free place, until they had one; to the second. */
  'PlaceWait',
] as const;
export type TimeName = (typeof TIMES)[number];
