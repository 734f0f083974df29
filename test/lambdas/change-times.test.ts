import { describe, expect, it } from 'vitest';
import { type Change, measureChanges, timeOf } from '../../lambdas/change-times.ts';
import { COORDINATION_LIFETIME_SEC } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { runKey, taskKey, waiterKey, waitKey } from '../../lib/aws/dynamodb/table.ts';
import { imageOf } from '../aws/dynamodb/images.ts';
import { countedMetrics } from './counted-metrics.ts';

const at = (seconds: string): string => `2026-03-01T10:00:${seconds}Z`;
const enteredSec = 1_772_359_200;

/** As it comes from the stream; `undefined` where there is no item before or after. */
function change(was: object | undefined, now: object | undefined, more: object = {}): Change {
  return { dynamodb: { ...(was && { OldImage: imageOf(was) }), ...(now && { NewImage: imageOf(now) }), ...more } } as Change;
}

describe('a plan', () => {
  const run = { ...runKey('r'), created_at: at('00.000'), started_at: at('01.000'), changed_at: at('01.000') };

  it.each(['completed', 'failed', 'cancelled'])('takes from its submission until it is %s', (status) => {
    const end = change({ ...run, status: 'executing' }, { ...run, status, completed_at: at('07.250') });

    expect(timeOf(end)).toEqual({ name: 'PlanDuration', ms: 7_250 });
  });

  it.each([
    ['it goes on anew', at('03.000'), 4_250],
    ['it never began', undefined, undefined],
  ])('that was resumed or retried takes what it went on: %s', (_, timed_from, ms) => {
    const again = { ...run, execution: 2, ...(timed_from && { timed_from }) };
    const { metrics, added } = countedMetrics();

    measureChanges(metrics, [change({ ...again, status: 'executing' }, { ...again, status: 'failed', completed_at: at('07.250') })]);

    expect(added).toEqual(ms === undefined ? [] : [['PlanDuration', 'Milliseconds', ms]]);
  });

  it.each([
    ['is submitted', change(undefined, { ...run, status: 'queued' })],
    ['is started', change({ ...run, status: 'queued' }, { ...run, status: 'executing' })],
    ['has ended before', change({ ...run, status: 'failed' }, { ...run, status: 'failed', completed_at: at('07.250') })],
    ['is deleted', change({ ...run, status: 'failed' }, undefined)],
  ])('is not over when it %s', (_, each) => {
    expect(timeOf(each)).toBeUndefined();
  });
});

describe('an attempt of a task', () => {
  const started = { ...taskKey('r', 3), status: 'executing', attempt: 2, started_at: at('00.000'), changed_at: at('10.000') };

  it.each(['completed', 'failed', 'pending', 'blocked'])('takes from its own start until the task is %s', (status) => {
    expect(timeOf(change(started, { ...started, status, changed_at: at('12.500') }))).toEqual({ name: 'TaskDuration', ms: 2_500 });
  });

  it.each([
    ['starts', change(undefined, started)],
    ['starts anew', change({ ...started, status: 'pending', attempt: 1 }, started)],
    ['is taken over from', change({ ...started, attempt: 1 }, started)],
    ['failed before and the task fails', change({ ...started, status: 'pending' }, { ...started, status: 'failed' })],
    ['died and the task is reset', change(started, { ...started, status: 'pending', execution: 2, changed_at: at('12.500') })],
    ['never was', change(undefined, { ...started, status: 'blocked', attempt: 0 })],
  ])('takes no time when it %s', (_, each) => {
    expect(timeOf(each)).toBeUndefined();
  });
});

describe('a place among the waiting', () => {
  const place = { ...waitKey('r', '', 7, 3), ordinal: 3, rank: 7, expires_at: enteredSec + COORDINATION_LIFETIME_SEC };
  const givenUp = { ApproximateCreationDateTime: enteredSec + 42 };

  it('is waited in until it is given up', () => {
    expect(timeOf(change(place, undefined, givenUp))).toEqual({ name: 'PlaceWait', ms: 42_000 });
  });

  it('counts once, not for its other item too', () => {
    expect(timeOf(change({ ...place, ...waiterKey('r', 3) }, undefined, givenUp))).toBeUndefined();
  });

  it('is not given up when it is taken, nor when it expires', () => {
    const expiry = { ...change(place, undefined, givenUp), userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } };

    expect(timeOf(change(undefined, place, givenUp))).toBeUndefined();
    expect(timeOf(change(place, place, givenUp))).toBeUndefined();
    expect(timeOf(expiry)).toBeUndefined();
  });
});

describe('metrics', () => {
  const executing = { ...taskKey('r', 3), status: 'executing', attempt: 1, changed_at: at('10.000') };

  it('are milliseconds, never less than none', () => {
    const { metrics, added } = countedMetrics();

    measureChanges(metrics, [
      change(executing, { ...executing, status: 'completed', changed_at: at('10.030') }),
      // another function's clock is behind
      change(executing, { ...executing, status: 'completed', changed_at: at('09.990') }),
    ]);

    expect(added).toEqual([
      ['TaskDuration', 'Milliseconds', 30],
      ['TaskDuration', 'Milliseconds', 0],
    ]);
  });

  it('leave out what cannot be told, so that the batch goes on', () => {
    const { metrics, added } = countedMetrics();
    const place = { ...waitKey('r', '', 7, 3), ordinal: 3, rank: 7, expires_at: enteredSec };

    measureChanges(metrics, [change(place, undefined), change(executing, { ...taskKey('r', 3), status: 'completed' }), {}]);

    expect(added).toEqual([]);
  });
});
