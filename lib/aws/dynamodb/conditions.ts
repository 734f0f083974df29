import { FINAL_RUN_STATUSES, FINAL_TASK_STATUSES } from '../../model/run.ts';

/*
 * The conditions of all conditional writes, in named parts. A comparison with an attribute that is not there is false, hence
 * its negation true: whoever negates says what shall hold for an item that is not there.
 */

export const finalTaskStatuses = placeholders(FINAL_TASK_STATUSES);
export const finalRunStatuses = placeholders(FINAL_RUN_STATUSES);

export const itemIsNew = 'attribute_not_exists(#PK)';
export const itemExists = 'attribute_exists(#PK)';

export const runIsQueued = '#status = :queued';
const runHasNoSpec = 'attribute_not_exists(#spec)';
export const runIsToBePlanned = `${runIsQueued} AND ${runHasNoSpec}`;
const runHasEnded = `#status IN (${Object.keys(finalRunStatuses).join(', ')})`;
export const runHasEndedThen = `${runHasEnded} AND #completed_at = :completed_at`;
export const runGoesOn = `${itemExists} AND NOT ${runHasEnded}`;

export const runFailsByNoOther = `${itemExists} AND (attribute_not_exists(#failing) OR #failing = :ordinal)`;

export const runExecutes = '#status = :executing';

const taskIsFinal = `#status IN (${Object.keys(finalTaskStatuses).join(', ')})`;
/** Untouched tasks included. */
export const taskIsUnfinished = `NOT ${taskIsFinal}`;
/** Of those the ones that nobody has claimed. */
export const taskIsUnstarted = `${taskIsUnfinished} AND (attribute_not_exists(#attempt) OR #attempt = :zero)`;
export const latestAttemptIsPrevious = '#attempt = :previous_attempt';
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

function placeholders(statuses: readonly string[]): Record<string, string> {
  return Object.fromEntries(statuses.map((status) => [`:${status}`, status]));
}
