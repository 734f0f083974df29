import { MAX_TASKS } from './plan.ts';

/** How large a plan is, or may be. */
export interface PlanSize {
  /** Of its JSON. */
  readonly bytes: number;
  readonly tasks: number;
}

const MIB = 1024 * 1024;

/** What is accepted at all: enough for 100,000 tasks of 600 bytes each. */
export const LARGEST_PLAN: PlanSize = { bytes: 64 * MIB, tasks: MAX_TASKS };

/**
 * What is compiled while the caller waits: a third of what Lambda can compile in the 30 seconds that an HTTP API waits, at the memory
 * that the API's function has. Larger plans are compiled by the consumer of the start queue.
 */
export const LARGEST_PROMPT_PLAN: PlanSize = { bytes: 12 * MIB, tasks: 25_000 };

/**
 * What a request can carry: a function takes 6 MB, in which the body stands as a JSON string. What has more is uploaded.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LARGEST_BODY_BYTES = 5 * MIB;

export function isWithin(size: PlanSize, limit: PlanSize): boolean {
  return size.bytes <= limit.bytes && size.tasks <= limit.tasks;
}
