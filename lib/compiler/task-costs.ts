import { STATE_NAME_LENGTH } from './aws-limits.ts';
import type { TaskFacts } from './emit.ts';
import type { TaskCosts } from './layout-cost.ts';

/** An attempt that fails: failed, and the next one scheduled and started. */
const RETRY_EVENTS = 3;
/** The state that settles a failure, or one entry more of a gate. */
const FAILURE_EVENTS = 7;
/** Retries beyond these are not expected of every task of a part at once. */
const EXPECTED_RETRIES = 5;

export function taskCosts(facts: readonly TaskFacts[]): TaskCosts {
  const retrierBytes = new Map<TaskFacts['retriers'], number>();
  for (const { retriers } of facts) if (!retrierBytes.has(retriers)) retrierBytes.set(retriers, JSON.stringify(retriers).length);
  const bytes = facts.map(({ name, retriers }) => {
    // a name stands in its state, its gate, and what leads to them
    const nameBytes = Buffer.byteLength(JSON.stringify(name.slice(0, STATE_NAME_LENGTH)));
    return 4 * nameBytes + retrierBytes.get(retriers)!;
  });
  const extraEvents = facts.map(({ retriers }) => {
    const retries = retriers.at(-1)!.ErrorEquals[0] === 'States.ALL' ? retriers.at(-1)!.MaxAttempts! : 0;
    return Math.min(retries, EXPECTED_RETRIES) * RETRY_EVENTS + FAILURE_EVENTS;
  });
  return {
    isCallback: (task) => facts[task]!.callback,
    bytesOf: (task) => bytes[task]!,
    extraEventsOf: (task) => extraEvents[task]!,
  };
}
