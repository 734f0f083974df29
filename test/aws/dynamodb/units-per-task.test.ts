import { expect, test } from 'vitest';
import { runTask } from '../../../lib/runtime/run-task.ts';
import { makeRuntime, type Runtime } from '../../../lib/runtime/runtime.ts';
import { runSpec, taskRecord } from '../../contract/factories.ts';
import { runItem, taskItem } from './items.ts';
import { type Answer, scriptedStore, TABLE } from './scripted.ts';

/** run-task as a warm Lambda: the task records are there. */
function warmRuntime(...answers: readonly Answer[]) {
  const { store, sent } = scriptedStore({}, ...answers);
  const runtime: Runtime = makeRuntime({
    store,
    engine: {
      ensureMachine: async () => {},
      startExecution: async () => {},
      stopExecution: async () => {},
      openGate: async () => true,
      failTask: async () => true,
      heartbeat: async () => true,
    },
    dispatch: async () => ({ answer: 42 }),
    clock: { now: () => 0, setTimer: () => ({ cancel: () => {} }) },
  });
  return { runtime, sent };
}

test('a task costs one read, batched with its dependencies, and two writes', async () => {
  const done = { status: 'completed', outputs: '{}' } as const;
  const { runtime, sent } = warmRuntime({ Responses: { [TABLE]: [runItem(), taskItem(0, done), taskItem(1, done)] } });
  runtime.specs.put('run', { ...runSpec(0), tasks: [taskRecord(0), taskRecord(1), { ...taskRecord(2), dependencies: [0, 1] }] });

  await runTask(runtime, { run_id: 'run', task: 2 });

  expect(sent.map(([command]) => command)).toEqual(['BatchGetCommand', 'UpdateCommand', 'UpdateCommand']);
});

test('outputs that it needs are a read of their own, beside the other', async () => {
  const done = { status: 'completed', outputs: '{"n":1}' } as const;
  const { runtime, sent } = warmRuntime(
    { Responses: { [TABLE]: [runItem(), taskItem(0, done)] } },
    { Responses: { [TABLE]: [taskItem(1, done)] } },
  );
  const references = { 'task-1.n': { source: 1, path: ['n'] } };
  runtime.specs.put('run', {
    ...runSpec(0),
    tasks: [taskRecord(0), taskRecord(1), { ...taskRecord(2), dependencies: [0, 1], references }],
  });

  await runTask(runtime, { run_id: 'run', task: 2 });

  expect(sent.map(([command]) => command)).toEqual(['BatchGetCommand', 'BatchGetCommand', 'UpdateCommand', 'UpdateCommand']);
});

test('a budget makes the second write a transaction with the run, where a task reports that it used something', async () => {
  const { runtime, sent } = warmRuntime({ Responses: { [TABLE]: [runItem()] } }, {}, {}, { Responses: { [TABLE]: [runItem()] } });
  const budget = { maxTokenCount: 100 };
  runtime.specs.put('run', { ...runSpec(2), budget });
  const reporting = { ...runtime, dispatch: async () => ({ tokens_used: 7 }) };

  await runTask(reporting, { run_id: 'run', task: 0 });
  await runTask(runtime, { run_id: 'run', task: 1 });

  expect(sent.map(([command]) => command)).toEqual([
    ...['BatchGetCommand', 'UpdateCommand', 'TransactWriteCommand'],
    ...['BatchGetCommand', 'UpdateCommand', 'UpdateCommand'],
  ]);
});

test('each gate that a task opens costs one write more', async () => {
  const { runtime, sent } = warmRuntime({ Responses: { [TABLE]: [runItem()] } });
  const gated = { ...taskRecord(1), gate: { dependencies: [0, 2], pools: [] } };
  runtime.specs.put('run', { ...runSpec(0), tasks: [{ ...taskRecord(0), opens: [1] }, gated] });

  await runTask(runtime, { run_id: 'run', task: 0 });

  expect(sent.map(([command]) => command)).toEqual(['BatchGetCommand', 'UpdateCommand', 'UpdateCommand', 'UpdateCommand']);
});
