import { describe, expect, test } from 'vitest';
import { readExecutionEnd } from '../../lib/aws/execution-end.ts';
import { RUN_ID, statusChange } from './status-change.ts';

describe('an execution that ended badly', () => {
  test.each([
    [
      'FAILED with error and cause',
      'FAILED',
      { error: 'E5204', cause: '{"failed":1}' },
      'the execution ended FAILED (E5204: {"failed":1})',
    ],
    ['FAILED with an error alone', 'FAILED', { error: 'States.Runtime' }, 'the execution ended FAILED (States.Runtime)'],
    ['TIMED_OUT with a cause alone', 'TIMED_OUT', { cause: 'too slow' }, 'the execution ended TIMED_OUT (too slow)'],
    ['ABORTED with neither', 'ABORTED', {}, 'the execution ended ABORTED'],
    ['ABORTED with empty ones', 'ABORTED', { error: '', cause: '' }, 'the execution ended ABORTED'],
    ['FAILED with fields left out', 'FAILED', { error: undefined, cause: undefined }, 'the execution ended FAILED'],
  ])('%s', (_, status, detail, reason) => {
    expect(readExecutionEnd(statusChange(status, detail))).toEqual({ ref: RUN_ID, reason, timedOut: status === 'TIMED_OUT' });
  });

  test('is any of a run', () => {
    expect(readExecutionEnd(statusChange('FAILED', { name: `${RUN_ID}-12` }))).toMatchObject({ ref: `${RUN_ID}/12` });
  });

  test('says at most a thousand characters of its cause', () => {
    const reasonOf = (length: number) => readExecutionEnd(statusChange('FAILED', { cause: 'c'.repeat(length) }))?.reason;

    const longest = `the execution ended FAILED (${'c'.repeat(1_000)})`;
    expect([reasonOf(1_000), reasonOf(1_001)]).toEqual([longest, longest]);
  });
});

describe('ignores', () => {
  test.each(['RUNNING', 'SUCCEEDED', 'PENDING_REDRIVE'])('an execution that is %s', (status) => {
    expect(readExecutionEnd(statusChange(status))).toBeUndefined();
  });

  test.each([
    ['a child execution, whose name Step Functions made', 'd2f3a5e1-93a5-4f40-8a3c-5c1f0f3b9c2e'],
    ['an execution that somebody named', 'try'],
    ['a name that is only a number', '-1'],
  ])('%s', (_, name) => {
    expect(readExecutionEnd(statusChange('FAILED', { name }))).toBeUndefined();
  });
});

test.each([
  ['another event', { 'detail-type': 'Object Created', detail: {} }],
  ['a status change without a name', { ...statusChange('FAILED'), detail: { status: 'FAILED' } }],
  ['nothing', undefined],
])('refuses %s', (_, event) => {
  expect(() => readExecutionEnd(event)).toThrow();
});
