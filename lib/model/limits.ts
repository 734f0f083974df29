/** What a plan may hold. Beyond these it is refused with E5604, or E5600/E5704 where the limit is a number's range. */

/** Levels of objects and arrays in each other, the plan itself being the first. */
export const MAX_NESTING = 100;
/** Strings, numbers, objects, … of a whole plan. */
export const MAX_VALUES = 10_000_000;
export const MAX_TASKS = 100_000;
/** UTF-16 units of a `task_id` or `plan_id`; the least is 1. */
export const MAX_ID_LENGTH = 256;
/** JSON of a task in UTF-8, its dependencies and its run state not counted. */
export const MAX_TASK_BYTES = 256 * 1024;

/** One year, what a Standard execution may take. */
export const MAX_TIMEOUT_SEC = 31_536_000;
export const MAX_RETRIES = 1000;
/** ASL's bound of MaxDelaySeconds. */
export const MAX_DELAY_SEC = 31_622_400;
export const MAX_BACKOFF_MULTIPLIER = 1000;
/** Priorities are whole numbers between its negative and itself. */
export const MAX_PRIORITY = 1000;
export const MAX_PARALLEL_TASKS = 100_000;

/** Problems of a plan that are described; the rest is counted. */
export const MAX_PROBLEMS = 100;
