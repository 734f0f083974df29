import { expect, it } from 'vitest';
import { LOCAL_TARGETS, preparePlan } from '../../lib/planning/prepare-plan.ts';
import { recordRun } from './recorded-run.ts';

const OK = { Return: {} };

it('writes down each answer, by function and task', async () => {
  const tasks = [
    { task_id: 'a', metadata: { mock: { fail_times: 1 } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }], retry_policy: { max_retries: 0 }, metadata: { mock: { fail_times: -1 } } },
  ];

  const { mocks, observed } = await recordRun(preparePlan({ tasks }));

  const failure = { Throw: { errorType: 'TaskFailed', errorMessage: 'scripted failure' } };
  expect(mocks).toMatchObject({
    'run-task 0': [failure, OK],
    'run-task 1': [failure],
    'settle-task 1': [OK],
    'finish-run': [{ Throw: { errorType: 'E5204' } }],
  });
  expect(observed).toMatchObject({ status: 'FAILED', error: 'E5204', sleeps: [1] });
});

it('leaves the first attempts of a task unanswered', async () => {
  const { mocks, observed } = await recordRun(preparePlan({ tasks: [{ task_id: 'a', timeout_seconds: 10 }] }), { a: 1 });

  expect(mocks['run-task 0']).toEqual([{ Never: true }, OK]);
  expect(observed.executions[0]!.events.filter(({ type }) => type === 'TaskTimedOut')).toHaveLength(1);
});

it('tells gates that were open from those where somebody had to wait', async () => {
  const tasks = ['a', 'b', 'c'].map((task_id) => ({ task_id, metadata: { mock: { duration_sec: 5 } } }));
  const plan = { tasks: [...tasks, { task_id: 'd', dependencies: [{ task_id: 'a' }, { task_id: 'b' }] }] };

  const { mocks, tokens } = await recordRun(preparePlan(plan, { maxParallelTasks: 2 }));

  expect(tokens.early).toBeGreaterThan(0);
  expect(tokens.late).toBeGreaterThan(0);
  const gates = Object.entries(mocks).filter(([key]) => key.startsWith('admit-task'));
  expect(gates.flatMap(([, steps]) => steps).filter(({ early }) => early)).toHaveLength(tokens.early);
});

it('writes down what a foreach is to do, and tells the executions of its batches apart', async () => {
  const items = Array.from({ length: 90 }, (_, i) => i);
  const plan = { tasks: [{ task_id: 'each', foreach: items, retry_policy: { max_retries: 0 } }] };
  const machineQuotas = { definitionBytes: 1024 * 1024, historyEvents: 400 };

  const { mocks, observed } = await recordRun(preparePlan(plan, { maxParallelTasks: 100, targets: { ...LOCAL_TARGETS, machineQuotas } }));

  const { Return } = mocks['list-items 0']![0]!;
  const { inline, batches } = Return as { inline: unknown[]; batches: number[][][] };
  expect(inline).toEqual([]);
  expect(batches.flat(2)).toHaveLength(90);
  const inputs = observed.executions.map(({ machine, input }) => ({ machine, items: (JSON.parse(input) as { items?: unknown }).items }));
  const parts = inputs.filter((each) => each.items !== undefined);
  expect(parts.map((each) => each.items)).toEqual(batches);
  expect(new Set(parts.map(({ machine }) => machine)).size).toBe(1);
});

it('writes down which items a foreach has, and records what fails for a binding', async () => {
  const foreach = { task_id: 'each', foreach: [{ url: 'a' }, {}], inputs: { url: '{{item.url}}' } };

  const { mocks } = await recordRun(preparePlan({ tasks: [foreach] }));

  expect(mocks['list-items 0']).toEqual([{ Return: { inline: [2, 3], batches: [] } }]);
  expect(mocks['run-task 3']).toMatchObject([{ Throw: { errorMessage: expect.stringMatching(/^{{item.url}} has no value/) } }]);
});
