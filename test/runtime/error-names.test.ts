import { describe, expect, it } from 'vitest';
import { emit } from '../../lib/compiler/emit.ts';
import { retriersOf } from '../../lib/compiler/retry.ts';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import { RUN_ERROR } from '../../lib/model/task-errors.ts';
import {
  AgentUnavailableError,
  AttemptSupersededError,
  BindingFailedError,
  BudgetUsedUpError,
  OrchestratorUnavailableError,
  RunFailedError,
  RunOutOfTimeError,
  RunStoppedError,
  TaskBlockedError,
  TaskFailedError,
  TaskTimedOutError,
} from '../../lib/runtime/errors.ts';
import { totals } from '../contract/factories.ts';

function policy(fields: object) {
  const parsed = parsePlan({ tasks: [{ task_id: 'a', retry_policy: fields }] }, { makeId: () => 'p' });
  if (!parsed.ok) throw new Error('bad policy');
  return parsed.plan.tasks[0]!.retry_policy;
}

function machine(retryPolicy: object = {}) {
  return emit({ kind: 'task', task: 0, gated: false, pooled: false, takesPlace: false }, 'run', {
    functions: { admitTask: 'admit', listItems: 'list', settleTask: 'settle', finishRun: 'finish' },
    factsOf: () => ({ name: 'task', timeoutSec: 1, retriers: retriersOf(policy(retryPolicy)), callback: false, runTask: 'run' }),
    gateTimeoutSec: 1,
    childArn: () => '',
  });
}

/** What becomes of an error that run-task throws: how often it is retried, and where it goes then. */
function fate(error: Error, retryPolicy: object = {}): { attempts: number; next: string | undefined } {
  const state = machine(retryPolicy).States.task!;
  if (state.Type !== 'Task') throw new Error('not a task');
  const matches = ({ ErrorEquals }: { ErrorEquals: string[] }) => ErrorEquals.includes(error.name) || ErrorEquals.includes('States.ALL');
  return { attempts: state.Retry?.find(matches)?.MaxAttempts ?? 0, next: state.Catch?.find(matches)?.Next };
}

describe('what run-task throws', () => {
  it.each([
    [new TaskFailedError('x'), { attempts: 3, next: 'settle failure 1' }],
    [new TaskTimedOutError('x'), { attempts: 3, next: 'settle failure 1' }],
    [new AgentUnavailableError('x'), { attempts: 3, next: 'settle failure 1' }],
    [new BindingFailedError('x'), { attempts: 0, next: 'settle failure 1' }],
    [new RunOutOfTimeError('x'), { attempts: 0, next: 'settle failure 1' }],
    [new BudgetUsedUpError('x'), { attempts: 0, next: 'settle failure 1' }],
    [new TaskBlockedError('x'), { attempts: 0, next: 'finish run' }],
    [new RunStoppedError('x'), { attempts: 0, next: 'finish run' }],
    [new AttemptSupersededError('x'), { attempts: 6, next: 'settle failure 1' }],
    [new OrchestratorUnavailableError('x'), { attempts: 6, next: 'settle failure 1' }],
  ])('is met by the compiled state: %s', (error, expected) => {
    expect(fate(error)).toEqual(expected);
  });

  it('is not retried where the policy leaves it out', () => {
    expect(fate(new TaskTimedOutError('x'), { retry_on_timeout: false }).attempts).toBe(0);
    expect(fate(new AgentUnavailableError('x'), { retry_on_agent_unavailable: false }).attempts).toBe(0);
    expect(fate(new AttemptSupersededError('x'), { max_retries: 0 }).attempts).toBe(6);
  });
});

describe('what finish-run throws', () => {
  it.each(Object.values(RUN_ERROR))('ends the execution under the code that users see: %s', (code) => {
    const { States } = machine();
    const finish = States['finish run']!;
    if (finish.Type !== 'Task') throw new Error('not a task');

    expect(new RunFailedError(code, totals())).toMatchObject({ name: code, code });
    expect(finish.Retry?.[0]).toEqual({ ErrorEquals: expect.arrayContaining([code]), MaxAttempts: 0 });
  });
});
