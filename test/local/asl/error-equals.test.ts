import { describe, expect, it } from 'vitest';
import { errorMatcher } from '../../../lib/local/asl/error-equals.ts';
import { StateFailure } from '../../../lib/local/asl/state-failure.ts';

const HEARTBEAT = new StateFailure('States.Timeout', undefined, true);

describe('ErrorEquals', () => {
  it.each([
    // [names, error, taken]
    [['Flaky'], 'Flaky', true],
    [['Flaky', 'Other'], 'Other', true],
    [['Flaky'], 'flaky', false],
    [['Flaky'], 'Other', false],
    [['States.ALL'], 'Flaky', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.TaskFailed', true],
    [['States.ALL'], 'States.QueryEvaluationError', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.ALL'], 'States.Runtime', false],
    [['States.TaskFailed'], 'Flaky', true],
    [['States.TaskFailed'], 'States.TaskFailed', true],
    [['States.TaskFailed'], 'States.QueryEvaluationError', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.DataLimitExceeded', false],
    [['States.TaskFailed'], 'States.Runtime', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.QueryEvaluationError'], 'States.QueryEvaluationError', true],
    [['States.Timeout'], 'States.Timeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
  ])('%j takes %s: %s', (names, error, isTaken) => {
    expect(errorMatcher(names)(new StateFailure(error))).toBe(isTaken);
  });

  it.each([
    [['States.HeartbeatTimeout'], true],
    [['States.Timeout'], true],
    [['States.ALL'], true],
    [['States.TaskFailed'], false],
  ])('%j takes a missed heartbeat: %s', (names, isTaken) => {
    expect(errorMatcher(names)(HEARTBEAT)).toBe(isTaken);
  });

  it('takes a failure without a name by the wildcards only', () => {
    const nameless = new StateFailure(undefined);

    expect(errorMatcher(['States.ALL'])(nameless)).toBe(true);
    expect(errorMatcher(['Flaky'])(nameless)).toBe(false);
  });
});
