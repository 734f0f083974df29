import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';

/** What is said of a task with these fields: path within it, message and hint. */
function problemsOf(fields: object) {
  const parsed = parsePlan({ tasks: [{ task_id: 'a', ...fields }] }, { makeId: () => 'p' });
  if (parsed.ok) throw new Error('the plan is valid');
  return parsed.problems.map(({ path, message, hint }) => [
    path.replace('$.tasks[0].', ''),
    message,
    ...(hint === undefined ? [] : [hint]),
  ]);
}

describe('what a value has to be', () => {
  it.each([
    [{ priority: 1.5 }, 'priority', 'must be a whole number'],
    [{ name: 4 }, 'name', 'must be a string'],
    [{ inputs: [] }, 'inputs', 'must be an object'],
    [{ timeout_seconds: 0 }, 'timeout_seconds', 'must be above 0'],
    [{ max_concurrency: 0, foreach: [1] }, 'max_concurrency', 'must be at least 1'],
    [{ retry_policy: { max_retries: 1001 } }, 'retry_policy.max_retries', 'must be at most 1000'],
    [{ retry_policy: { retry_on_timeout: 1 } }, 'retry_policy.retry_on_timeout', 'must be true or false'],
    [{ trigger_rule: 7 }, 'trigger_rule', 'must be one of "all_success", "all_done", "none_failed", "one_failed", "one_success"'],
    [{ task_id: '' }, 'task_id', 'must have at least 1 character'],
    [{ dependencies: [{}] }, 'dependencies[0].task_id', 'is missing: it must be a string'],
    [{ tolerated_failures: true, foreach: [1] }, 'tolerated_failures', 'must be a number, or must be a string'],
  ])('%j: %s %s', (fields, path, message) => {
    expect(problemsOf(fields)).toEqual([[path, message]]);
  });

  it('is hinted at by the name that another system has for a field', () => {
    expect(problemsOf({ depends_on: ['b'] })).toEqual([['depends_on', 'unknown field "depends_on"', 'did you mean "dependencies"?']]);
    expect(problemsOf({ pool: 'gpu' })).toEqual([['pool', expect.any(String), 'declare it in "pools", or for all runs: pools gpu LIMIT']]);
  });
});
