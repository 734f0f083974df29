import { describe, expect, it } from 'vitest';
import type { MapState } from '../../lib/compiler/asl.ts';
import { emit } from '../../lib/compiler/emit.ts';
import type { Layout } from '../../lib/compiler/layout.ts';
import { PERSISTENT, TRANSIENT } from '../../lib/compiler/retry.ts';
import { foreachLayout, mapLayout, parallelLayout, seriesLayout, taskLayout } from './layouts.ts';

const RETRY = [TRANSIENT];
const run = (layout: Layout) =>
  emit(layout, 'run', {
    functions: { admitTask: 'admit', listItems: 'list', settleTask: 'settle', finishRun: 'finish' },
    factsOf: (task) => ({ name: `t${task}`, timeoutSec: 10 + task, retriers: RETRY, callback: false, runTask: 'run' }),
    gateTimeoutSec: 3600,
    childArn: (child) => `arn:${child.kind === 'child' ? child.label : `batch of ${child.of.end}`}`,
  });

const RUN_ID = '{% $states.context.Execution.Input.run_id %}';
const ERROR = '{% $states.errorOutput %}';
const runTask = (task: number | string, timeoutSec: number, settle: string, stop: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'run', Payload: { run_id: RUN_ID, task } },
  TimeoutSeconds: timeoutSec,
  Retry: RETRY,
  Catch: [
    { ErrorEquals: ['TaskBlocked', 'RunStopped'], Output: {}, Next: stop },
    { ErrorEquals: ['States.ALL'], Output: { task, error: ERROR }, Next: settle },
  ],
});
const settle = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'settle', Payload: { run_id: RUN_ID, task: '{% $states.input.task %}', error: '{% $states.input.error %}' } },
  Retry: [TRANSIENT, PERSISTENT],
  Output: {},
};
const finish = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'finish', Payload: { run_id: RUN_ID } },
  Retry: [{ ErrorEquals: ['E5204', 'E5200', 'E5203', 'E5501', 'RunStopped'], MaxAttempts: 0 }, TRANSIENT, PERSISTENT],
  Output: {},
  End: true,
};
const gate = (task: number | string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'admit', Payload: { run_id: RUN_ID, task, token: '{% $states.context.Task.Token %}' } },
  TimeoutSeconds: 3600,
  Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 8760, BackoffRate: 1 }, TRANSIENT, PERSISTENT],
});

describe('emit', () => {
  it('writes a series of tasks, its ends and the end of the run', () => {
    expect(run(seriesLayout(taskLayout(0), taskLayout(1)))).toEqual({
      QueryLanguage: 'JSONata',
      StartAt: 't0',
      States: {
        t0: { ...runTask(0, 25, 'settle failure 1', 'finish run'), Output: {}, Next: 't1' },
        t1: { ...runTask(1, 26, 'settle failure 1', 'finish run'), Output: {}, Next: 'finish run' },
        'settle failure 1': { ...settle, Next: 'finish run' },
        'finish run': finish,
      },
    });
  });

  it('writes a gate before a task that waits for more than its place says', () => {
    const { States } = run(parallelLayout(taskLayout(0), taskLayout(1, { gated: true })));

    expect(States['t0 | t1']).toEqual({
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 't0',
          States: {
            t0: { ...runTask(0, 25, 'settle failure 1', 'stop 1'), Output: {}, End: true },
            'settle failure 1': { ...settle, End: true },
            'stop 1': { Type: 'Succeed' },
          },
        },
        {
          StartAt: 'gate: t1',
          States: {
            'gate: t1': { ...gate(1), Output: {}, Next: 't1' },
            t1: { ...runTask(1, 26, 'settle failure 2', 'stop 2'), Output: {}, End: true },
            'settle failure 2': { ...settle, End: true },
            'stop 2': { Type: 'Succeed' },
          },
        },
      ],
      Output: {},
      Next: 'finish run',
    });
  });

  it('writes a Map whose iterations find their ordinals in their item', () => {
    const body = seriesLayout(taskLayout(0, { position: 0 }), taskLayout(1, { position: 1, takesPlace: true }));

    const { States } = run(mapLayout([[0, 1], [2, 3]], body, { maxConcurrency: 1 })); // biome-ignore format: pairs

    expect(States['t ×2']).toEqual({
      Type: 'Map',
      Items: [[0, 1], [2, 3]], // biome-ignore format: pairs
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 't',
        States: {
          t: { ...runTask('{% $states.input[0] %}', 27, 'settle failure 1', 'stop 1'), Output: '{% $states.input %}', Next: 'gate: t (2)' },
          'gate: t (2)': { ...gate('{% $states.input[1] %}'), Output: '{% $states.input %}', Next: 't (2)' },
          't (2)': { ...runTask('{% $states.input[1] %}', 28, 'settle failure 1', 'stop 1'), Output: {}, End: true },
          'settle failure 1': { ...settle, End: true },
          'stop 1': { Type: 'Succeed' },
        },
      },
      Output: {},
      Next: 'finish run',
    });
  });

  it('writes a Map of Maps around the body', () => {
    const items = Array.from({ length: 80 }, (_, i) => [i * 2]);

    const { States } = run(mapLayout(items, taskLayout(0, { position: 0 }), { levels: 2 }));

    expect(States['t ×80']).toMatchObject({
      Items: [items.slice(0, 40).flat(), items.slice(40).flat()],
      ItemProcessor: {
        StartAt: 't ×80 part',
        States: {
          't ×80 part': {
            Type: 'Map',
            Items: '{% [$states.input] %}',
            ItemProcessor: { States: { t: { Arguments: { Payload: { task: '{% $states.input %}' } } } } },
          },
        },
      },
    });
  });

  it('starts a part that is a machine of its own', () => {
    const { States } = run(
      seriesLayout({ kind: 'child', part: taskLayout(0), label: 'part 1' }, { kind: 'child', part: taskLayout(1), label: 'part 2' }),
    );

    expect(Object.keys(States)).toEqual(['part 1', 'part 2', 'finish run']);
    expect(States['part 1']).toMatchObject({
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: 'arn:part 1', Input: { run_id: RUN_ID } },
      Next: 'part 2',
    });
  });

  it('writes a foreach: what its items are, those that are done here, and executions for the others', () => {
    const { StartAt, States } = run(
      seriesLayout(foreachLayout(2, seriesLayout(taskLayout(0), taskLayout(1, { takesPlace: true })), 0), taskLayout(2)),
    );

    expect(StartAt).toBe('items of t2');
    expect(States).toMatchObject({
      'items of t2': {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'list', Payload: { run_id: RUN_ID, task: 2 } },
        Retry: [{ ErrorEquals: ['RunStopped', 'TaskFailed'], MaxAttempts: 0 }, TRANSIENT, PERSISTENT],
        Catch: [
          { ErrorEquals: ['TaskBlocked', 'RunStopped'], Next: 'finish run' },
          { ErrorEquals: ['States.ALL'], Output: { task: 2, error: ERROR }, Next: 'settle failure 1' },
        ],
        Output: { listed: '{% $states.result.Payload %}', outer: '{% $states.input %}' },
        Next: 't2',
      },
      t2: {
        Type: 'Map',
        Items: '{% $states.input.listed.inline %}',
        ItemProcessor: {
          StartAt: 't0',
          States: {
            t0: { ...runTask('{% $states.input %}', 25, 'settle failure 2', 'stop 2'), Output: '{% $states.input %}', Next: 'gate: t1' },
            'gate: t1': { Arguments: { Payload: { task: '{% $states.input + 1 %}' } }, Output: '{% $states.input %}' },
            t1: runTask('{% $states.input + 1 %}', 26, 'settle failure 2', 'stop 2'),
          },
        },
        Output: '{% $states.input %}',
        Next: 't2 in batches',
      },
      't2 in batches': {
        Type: 'Map',
        Items: '{% $states.input.listed.batches %}',
        ItemProcessor: {
          States: {
            'batch of t2': { Arguments: { StateMachineArn: 'arn:batch of 2', Input: { items: '{% $states.input %}' } }, End: true },
          },
        },
        Output: {},
        Next: 't2 (2)',
      },
    });
  });

  it('hands on the item of the foreach around one that is in it', () => {
    const inner = seriesLayout(taskLayout(0), foreachLayout(2, taskLayout(1), 1), taskLayout(2));
    const { States } = run(foreachLayout(3, inner, 0));

    const { ItemProcessor } = Object.values(States).find((state) => state.Type === 'Map') as MapState;
    const [list, , batches] = Object.values(ItemProcessor.States).slice(1);
    expect(list).toMatchObject({ Arguments: { FunctionName: 'list', Payload: { task: '{% $states.input + 2 %}' } } });
    expect(batches).toMatchObject({ Output: '{% $states.input.outer %}' });
  });

  it('places names where nothing evaluates them', () => {
    const hostile = '{% $states.input %}';
    const machine = emit(taskLayout(0), 'run', {
      functions: { admitTask: 'admit', listItems: 'list', settleTask: 'settle', finishRun: 'finish' },
      factsOf: () => ({ name: hostile, timeoutSec: 1, retriers: RETRY, callback: false, runTask: 'run' }),
      gateTimeoutSec: 3600,
      childArn: () => '',
    });

    expect(machine.StartAt).toBe(hostile);
    expect(JSON.stringify(Object.values(machine.States)).split(hostile)).toHaveLength(1);
  });
});
