import { describe, expect, it } from 'vitest';
import type { ApiClient, RunView } from '../../lib/client/api-client.ts';
import { followRun } from '../../lib/client/follow-run.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { totals } from '../contract/factories.ts';

type NewEvent = readonly [type: RunEvent['type'], taskId?: string];

const event = ([type, taskId]: NewEvent, seq: number): RunEvent => ({
  seq,
  at: '2026-01-01T00:00:00.000Z',
  run_id: 'r',
  type,
  ...(taskId && { task_id: taskId }),
});
const run = (status: RunView['status'], completed: number): RunView => ({
  run_id: 'r',
  plan_id: 'p',
  goal_id: null,
  status,
  execution: 1,
  task_count: completed,
  tokens_used: 0,
  cost_usd: 0,
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: null,
  completed_at: null,
  error: null,
  totals: status === 'completed' ? totals({ completed, executed: completed }) : null,
});

/** A run whose log gets these events from one look to the next. */
function follow(looks: readonly (readonly NewEvent[])[], ended: RunView) {
  const log: RunEvent[] = [];
  const pauses: number[] = [];
  let number = 0;
  const client: Pick<ApiClient, 'listEvents' | 'getRun'> = {
    async listEvents(_, { after = 0, limit = 100 } = {}) {
      for (const each of looks[number++] ?? []) log.push(event(each, log.length + 1));
      const events = log.filter(({ seq }) => seq > after).slice(0, limit);
      return { events, last_seq: events.at(-1)?.seq ?? after };
    },
    async getRun() {
      return number >= looks.length ? ended : run('executing', 0);
    },
  };
  const pause = async (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
  };
  return { events: followRun(client as ApiClient, 'r', { pause }), pauses, looks: () => number };
}

async function seqs(events: AsyncGenerator<RunEvent>): Promise<number[]> {
  const all: number[] = [];
  for await (const { seq } of events) all.push(seq);
  return all;
}

describe('following a run', () => {
  it('gives every event once and ends with the run', async () => {
    const { events, looks } = follow(
      [[['run.queued']], [['run.executing'], ['task.executing', 'a']], [['task.completed', 'a'], ['run.completed']]],
      run('completed', 1),
    );

    expect(await seqs(events)).toEqual([1, 2, 3, 4, 5]);
    expect(looks()).toBe(3);
  });

  it('pauses longer while nothing happens, up to two seconds, and briefly again afterwards', async () => {
    const quiet = Array.from({ length: 8 }, (): NewEvent[] => []);
    const { events, pauses } = follow([[['run.queued']], ...quiet, [['run.executing']], [['run.completed']]], run('completed', 0));

    await seqs(events);

    expect(pauses.map(Math.round)).toEqual([200, 300, 450, 675, 1013, 1519, 2000, 2000, 2000, 200]);
  });

  it('reads on at once behind a full page', async () => {
    const tasks = Array.from({ length: 260 }, (_, i): NewEvent => ['task.completed', `t${i}`]);
    const { events, pauses } = follow([[...tasks, ['run.completed']]], run('completed', 260));

    expect(await seqs(events)).toHaveLength(261);
    expect(pauses).toEqual([]);
  });

  it('ends with a pause, unless the run goes on by then', async () => {
    const paused: NewEvent[] = [['task.completed', 'a'], ['run.paused']];
    const { events, looks } = follow([[['run.queued']], paused], run('paused', 0));
    const resumed = follow([paused, [['run.queued']], [['task.completed', 'b'], ['run.completed']]], run('completed', 2));

    expect(await seqs(events)).toEqual([1, 2, 3]);
    expect(looks()).toBe(2);
    expect(await seqs(resumed.events)).toEqual([1, 2, 3, 4, 5]);
  });

  it('notices a pause of which the log does not tell', async () => {
    const { events, looks } = follow([[['run.queued']], [], []], run('paused', 0));

    expect(await seqs(events)).toEqual([1]);
    expect(looks()).toBeLessThan(30);
  });

  it('waits for events of tasks that come behind the end of the run', async () => {
    const { events } = follow([[['run.completed']], [], [['task.completed', 'a']], [['task.completed', 'b']]], run('completed', 2));

    expect(await seqs(events)).toEqual([1, 2, 3]);
  });

  it('does not wait for ever for events that never come', async () => {
    const { events, looks } = follow([[['run.completed']]], run('completed', 2));

    expect(await seqs(events)).toEqual([1]);
    expect(looks()).toBeLessThan(20);
  });

  it('notices the end of a run of which the log does not tell', async () => {
    const { events, looks } = follow([[['run.queued']], [], []], run('completed', 0));

    expect(await seqs(events)).toEqual([1]);
    expect(looks()).toBeLessThan(30);
  });
});
