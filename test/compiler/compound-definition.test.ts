import { describe, expect, it } from 'vitest';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { compound, on } from '../compound-tasks.ts';

const compile = (tasks: readonly object[], plan: object = {}) => preparePlan({ plan_id: 'plan', tasks, ...plan }).compilation;
const definition = (tasks: readonly object[], plan: object = {}) => JSON.parse(compile(tasks, plan).machines.at(-1)!.definition);

const RUN_ID = '{% $states.context.Execution.Input.run_id %}';
const CALL = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
const TRANSIENT = {
  ErrorEquals: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    'AttemptSuperseded',
    'OrchestratorUnavailable',
  ],
  IntervalSeconds: 2,
  MaxAttempts: 6,
  BackoffRate: 2,
};
const PERSISTENT = { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 20, BackoffRate: 2, MaxDelaySeconds: 60 };
const NEVER = ['TaskBlocked', 'RunStopped', 'RunOutOfTime', 'BudgetUsedUp', 'BindingFailed'];
const retry = (MaxAttempts: number, never = NEVER) => [
  { ErrorEquals: never, MaxAttempts: 0 },
  TRANSIENT,
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts, BackoffRate: 2, MaxDelaySeconds: 60 },
];
const runTask = (task: number, TimeoutSeconds: number, Retry: object[], settle: string, stop: string) => ({
  ...CALL,
  Arguments: { FunctionName: 'run-task', Payload: { run_id: RUN_ID, task } },
  TimeoutSeconds,
  Retry,
  Catch: [
    { ErrorEquals: ['TaskBlocked', 'RunStopped'], Output: {}, Next: stop },
    { ErrorEquals: ['States.ALL'], Output: { task, error: '{% $states.errorOutput %}' }, Next: settle },
  ],
  Output: {},
});
const settle = {
  ...CALL,
  Arguments: {
    FunctionName: 'settle-task',
    Payload: { run_id: RUN_ID, task: '{% $states.input.task %}', error: '{% $states.input.error %}' },
  },
  Retry: [TRANSIENT, PERSISTENT],
  Output: {},
};

describe('a plan with a compound', () => {
  //          ┌ fetch ┐
  //  start ──┤       ├ draft ── (end) ── send
  //          └ read ─┘
  it('is a machine in which a state carries its name', () => {
    const report = compound('report', [{ task_id: 'fetch' }, { task_id: 'read' }, { task_id: 'draft', ...on('fetch', 'read') }], {
      name: 'write report',
      retry_policy: { max_retries: 1 },
      ...on('start'),
    });

    const branch = (name: string, task: number, number: number) => ({
      StartAt: name,
      States: {
        [name]: { ...runTask(task, 315, retry(7), `settle failure ${number}`, `stop ${number}`), End: true },
        [`settle failure ${number}`]: { ...settle, End: true },
        [`stop ${number}`]: { Type: 'Succeed' },
      },
    });
    expect(definition([{ task_id: 'start' }, report, { task_id: 'send', ...on('report') }])).toEqual({
      QueryLanguage: 'JSONata',
      StartAt: 'start',
      States: {
        start: { ...runTask(0, 315, retry(3), 'settle failure 1', 'finish run'), Next: 'write report' },
        'write report': { Type: 'Parallel', Branches: [branch('fetch', 2, 2), branch('read', 3, 3)], Output: {}, Next: 'draft' },
        draft: { ...runTask(4, 315, retry(7), 'settle failure 1', 'finish run'), Next: 'write report (end)' },
        'write report (end)': { ...runTask(1, 75, [TRANSIENT], 'settle failure 1', 'finish run'), Next: 'send' },
        send: { ...runTask(5, 315, retry(3), 'settle failure 1', 'finish run'), Next: 'finish run' },
        'settle failure 1': { ...settle, Next: 'finish run' },
        'finish run': {
          ...CALL,
          Arguments: { FunctionName: 'finish-run', Payload: { run_id: RUN_ID } },
          Retry: [{ ErrorEquals: ['E5204', 'E5200', 'E5203', 'E5501', 'RunStopped'], MaxAttempts: 0 }, TRANSIENT, PERSISTENT],
          Output: {},
          End: true,
        },
      },
    });
  });

  it('never retries what the timeout of a compound has ended', () => {
    const { States } = definition([compound('p', [{ task_id: 'x' }], { timeout_seconds: 20 })]);

    expect(States['p (begin)']).toEqual({ ...runTask(2, 75, [TRANSIENT], 'settle failure 1', 'finish run'), Next: 'x' });
    expect(States.x).toEqual({
      ...runTask(1, 35, retry(3, [...NEVER, 'CompoundTimedOut']), 'settle failure 1', 'finish run'),
      Next: 'p (end)',
    });
  });

  it('has a Map called by a compound of equal tasks', () => {
    const many = Array.from({ length: 5 }, (_, i) => ({ task_id: `read ${i}` }));

    const { States } = definition([compound('p', many, { name: 'read all' })]);

    expect(Object.keys(States)).toEqual(['read all ×5', 'read all (end)', 'settle failure 1', 'finish run']);
  });

  it('gives places to its tasks only', () => {
    const subtasks = Array.from({ length: 3 }, (_, i) => ({ task_id: `x${'abc'[i]}` }));
    const ps = ['p', 'q'].map((id) => compound(id, subtasks, { timeout_seconds: 9 }));

    const { spec } = compile(ps, { resource_budget: { max_parallel_tasks: 2 } });

    const gated = spec.tasks.filter(({ gate }) => gate !== undefined).map(({ id }) => id);
    expect(gated).toEqual(['p/xa', 'p/xb', 'p/xc', 'q/xa', 'q/xb', 'q/xc']);
  });

  it('has records that say what a subtask has to know of its compounds', () => {
    const q = compound('q', [{ task_id: 'x' }], { timeout_seconds: 5, on_failure: 'fail_fast' });

    const { spec } = compile([compound('p', [q], { timeout_seconds: 20 })]);

    expect(spec.tasks.map(({ id, within, deadlines, end }) => ({ id, within, deadlines, end }))).toEqual([
      { id: 'p', end: {} },
      { id: 'p/q', within: 0, end: { failFast: true } },
      {
        id: 'p/q/x',
        within: 1,
        deadlines: [
          { id: 'p', begin: 3, timeoutSec: 20 },
          { id: 'p/q', begin: 4, timeoutSec: 5 },
        ],
      },
      { id: 'p/(begin)', within: 0 },
      { id: 'p/q/(begin)', within: 1, deadlines: [{ id: 'p', begin: 3, timeoutSec: 20 }] },
    ]);
  });
});
