import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { DynamoDBRecord } from 'aws-lambda';
import { COORDINATION_LIFETIME_SEC } from '../lib/aws/dynamodb/dynamo-store.ts';
import { type Image, readImage } from '../lib/aws/dynamodb/image.ts';
import { type RunDocument, runKey, TASK_PREFIX, type TaskDocument, WAIT_PREFIX, type WaitDocument } from '../lib/aws/dynamodb/table.ts';
import { isFinalRun } from '../lib/model/run.ts';
import type { TimeName } from './metric-names.ts';

export interface MeasuredTime {
  readonly name: TimeName;
  readonly ms: number;
}

export type Change = Pick<DynamoDBRecord, 'dynamodb' | 'userIdentity'>;

const RUN_SORT_KEY = runKey('').SK;

/** Tells how long things took that changes of the table say are over. Whatever ended them: a function, a callback, a timeout. */
export function measureChanges(metrics: Pick<Metrics, 'addMetric'>, changes: readonly Change[]): void {
  for (const change of changes) {
    const time = timeOf(change);
    // clocks of functions differ a little; what cannot be told is no reason for a batch to come back
    if (time !== undefined && Number.isFinite(time.ms)) metrics.addMetric(time.name, MetricUnit.Milliseconds, Math.max(0, time.ms));
  }
}

export function timeOf({ dynamodb, userIdentity }: Change): MeasuredTime | undefined {
  const was = read(dynamodb?.OldImage);
  const now = read(dynamodb?.NewImage);
  const sortKey = String(now?.SK ?? was?.SK);
  if (sortKey === RUN_SORT_KEY && was && now) return planDuration(was, now);
  if (sortKey.startsWith(TASK_PREFIX) && was && now) return taskDuration(was, now);
  const isExpiry = userIdentity !== undefined;
  if (sortKey.startsWith(WAIT_PREFIX) && was && !now && !isExpiry)
    return placeWait(was, dynamodb?.ApproximateCreationDateTime ?? Number.NaN);
  return undefined;
}

/** Of a run that was resumed or retried, without what it stood still. */
function planDuration(was: Partial<RunDocument>, now: Partial<RunDocument>): MeasuredTime | undefined {
  const { status, execution = 1, created_at, timed_from, completed_at } = now;
  if (was.status === status || !isFinalRun(status!)) return undefined;
  const from = execution === 1 ? created_at : timed_from;
  return { name: 'PlanDuration', ms: Date.parse(completed_at!) - Date.parse(from ?? '') };
}

/**
 * What changed last of an attempt that executes is its start. One that another took over from is not over; when one was that died with
 * its execution, and is reset, nobody knows.
 */
function taskDuration(was: Partial<TaskDocument>, now: Partial<TaskDocument>): MeasuredTime | undefined {
  if (was.status !== 'executing' || now.status === 'executing' || was.execution !== now.execution) return undefined;
  return { name: 'TaskDuration', ms: Date.parse(now.changed_at!) - Date.parse(was.changed_at!) };
}

/** A place among the waiting expires a fixed time after it was taken, and is given up with the place in hand. */
function placeWait({ expires_at }: Partial<WaitDocument>, givenUpSec: number): MeasuredTime {
  return { name: 'PlaceWait', ms: (givenUpSec - (expires_at! - COORDINATION_LIFETIME_SEC)) * 1000 };
}

type Item = Partial<RunDocument & TaskDocument & WaitDocument>;

function read(image: NonNullable<Change['dynamodb']>['NewImage']): Item | undefined {
  return image && (readImage(image as Image) as Item);
}
