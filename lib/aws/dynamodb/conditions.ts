import { FINAL_RUN_STATUSES, FINAL_TASK_STATUSES, STOPPED_RUN_STATUSES } from '../../model/run.ts';

/*
 * The conditions of all conditional writes, in named parts. A comparison with an attribute that is not there is false, hence
 * its negation true: whoever negates says what shall hold for an item that is not there.
 */

export const finalTaskStatuses = placeholders(FINAL_TASK_STATUSES);
export const finalRunStatuses = placeholders(FINAL_RUN_STATUSES);
export const stoppedRunStatuses = placeholders(STOPPED_RUN_STATUSES);

export const itemIsNew = 'attribute_not_exists(#PK)';
export const itemExists = 'attribute_exists(#PK)';

/** Also says that the run is there. */
const runIsInExecution = '#execution = :execution';
export const runIsQueued = `#status = :queued AND ${runIsInExecution}`;
export const runIsToBePlanned = `${runIsQueued} AND #planned < :execution`;
/** No other foreach has got ordinals since they were read. */
export const runExpandsFrom = `#status = :executing AND ${runIsInExecution} AND #next_ordinal = :first`;
const runHasEnded = `#status ${isOneOf(finalRunStatuses)}`;
export const runHasEndedThen = `${runHasEnded} AND #completed_at = :completed_at`;
export const runHasNotEnded = `${runIsInExecution} AND NOT ${runHasEnded}`;
export const runGoesOn = `${runIsInExecution} AND NOT #status ${isOneOf(stoppedRunStatuses)}`;
/** @param statuses at least one, as `placeholders` makes them */
export const runIsOneOf = (statuses: Record<string, string>): string => `${runIsInExecution} AND #status ${isOneOf(statuses)}`;

export const runFailsByNoOther = `${runIsInExecution} AND (attribute_not_exists(#failing) OR #failing = :ordinal)`;

const taskIsFinal = `#status ${isOneOf(finalTaskStatuses)}`;
/** Untouched tasks included. */
const taskIsUnfinished = `NOT ${taskIsFinal}`;
/** No later execution has reset it. */
const taskIsOurs = 'attribute_not_exists(#execution) OR #execution <= :execution';
export const taskMayEnd = `${taskIsUnfinished} AND (${taskIsOurs})`;
/** Of those the ones that nobody has claimed since they last had to begin. */
export const taskMayEndUnstarted = `${taskMayEnd} AND (attribute_not_exists(#attempt) OR #attempt = :zero OR #attempt = #earlier_attempts)`;
export const nextAttemptMayStart = `#attempt = :previous_attempt AND ${taskMayEnd}`;
export const taskIsGone = `${itemIsNew} OR #status = :removed`;
export const taskIsAsItWas = '#status = :was AND #attempt = :attempt';
export const attemptExecutes = '#attempt = :attempt AND #status = :executing';

const isHolder = 'contains(#holders, :ordinal)';
export const nobodyHolds = 'attribute_not_exists(#holders)';
const holdersBelowLimit = 'size(#holders) < :limit';
const aPlaceIsFree = `${nobodyHolds} OR ${holdersBelowLimit}`;
export const placeIsToBeHad = `${isHolder} OR ${aPlaceIsFree}`;
/** For a task that has no place yet: of two that take for it at once only one may have taken it. */
export const placeIsFreeForAnother = `NOT ${isHolder} AND (${aPlaceIsFree})`;
/** The same in a pool that says itself how many it has. */
const aSharedPlaceIsFree = 'attribute_exists(#limit) AND (attribute_not_exists(#holders) OR size(#holders) < #limit)';
export const sharedPlaceIsToBeHad = `${isHolder} OR (${aSharedPlaceIsFree})`;
export const sharedPlaceIsFreeForAnother = `NOT ${isHolder} AND ${aSharedPlaceIsFree}`;

export const heldIsAsBefore = 'size(#holders) = :held';

export const nobodyHasCome = '#version = :version';

/** Values by `:name`. */
export function placeholders(statuses: readonly string[]): Record<string, string> {
  return Object.fromEntries(statuses.map((status) => [`:${status}`, status]));
}

function isOneOf(statuses: Record<string, string>): string {
  return `IN (${Object.keys(statuses).join(', ')})`;
}
