import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { ApiClient } from './api-client.ts';
import { BusListener } from './bus-listener.ts';
import { readStage } from './stage.ts';
import { until } from './until.ts';

const stage = readStage();
const api = new ApiClient(stage);
const listener = new BusListener(stage.outputs.EventBusName!);

const plan = {
  plan_id: 'events',
  tasks: [
    { task_id: 'flaky', task_type: 'tool_call', tool_name: 'any', metadata: { mock: { fail_times: 1, error: 'not yet' } } },
    { task_id: 'bad', assigned_agent: 'failing', retry_policy: { max_retries: 0 }, dependencies: [{ task_id: 'flaky' }] },
    { task_id: 'behind', dependencies: [{ task_id: 'bad' }] },
  ],
};

describe('the events of a run', () => {
  let events: RunEvent[];

  beforeAll(async () => {
    await listener.start();
    const runId = await api.submit(plan);
    await api.untilEnded(runId);
    events = (await api.untilLogged(runId)) as RunEvent[];
  });
  afterAll(() => listener.stop());

  it('are all changes of its status and its tasks’, in order', () => {
    expect(events.map(({ type, task_id, attempt }) => [type, task_id, attempt].filter((part) => part !== undefined).join(' '))).toEqual([
      'run.queued',
      'run.executing',
      'task.executing flaky 1',
      'task.pending flaky 1',
      'task.executing flaky 2',
      'task.completed flaky 2',
      'task.executing bad 1',
      'task.pending bad 1',
      'task.failed bad 1',
      'task.blocked behind 0',
      'run.failed',
    ]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  });

  it('tell why something failed', () => {
    const errors = events.filter(({ error }) => error !== undefined).map(({ type, error }) => [type, error!.code]);

    expect(errors).toEqual([
      ['task.pending', 'E5202'],
      ['task.pending', 'E5202'],
      ['task.failed', 'E5202'],
      ['task.blocked', 'E5204'],
      ['run.failed', 'E5204'],
    ]);
  });

  it('are on the bus, each of them', async () => {
    const heard = new Map<number, RunEvent>();
    const hear = async (): Promise<number> => {
      for (const event of await listener.hear()) if (event.run_id === events[0]!.run_id) heard.set(event.seq, event);
      return heard.size;
    };
    await until(hear, (count) => count >= events.length);

    expect([...heard.values()].sort((a, b) => a.seq - b.seq)).toEqual(events);
  });
});
