import { expect, it } from 'vitest';
import type { RunView } from '../../lib/client/api-client.ts';
import { readResult } from '../../lib/client/read-result.ts';
import { totals } from '../contract/factories.ts';
import { makeClient } from './make-client.ts';
import { refusal, type Script, startScriptedServer } from './scripted-server.ts';

const TASKS = 230;
const summary = (ordinal: number) => ({ task_id: `t/${ordinal}`, name: 't', status: 'completed', attempt: 1, error: null });

/** A run of so many tasks, in pages of at most 100. */
const tasksOf: Script = ({ url }) => {
  const [path, search] = url.split('?') as [string, string?];
  const task = /^\/runs\/r\/tasks\/t%2F(\d+)$/.exec(path);
  if (task !== null) return { body: { ...summary(Number(task[1])), outputs: { ordinal: Number(task[1]) } } };
  if (path !== '/runs/r/tasks') return refusal(404, 'Not Found', 'there is nothing at this path');
  const query = new URLSearchParams(search);
  const from = Number(query.get('cursor') ?? 0);
  const to = Math.min(TASKS, from + Number(query.get('limit')));
  const tasks = Array.from({ length: to - from }, (_, i) => summary(from + i));
  return { body: { tasks, next_cursor: to < TASKS ? String(to) : null } };
};
const ended = totals({ completed: TASKS, executed: TASKS });
const run = { run_id: 'r', plan_id: 'p', status: 'completed', error: null, totals: ended } as RunView;

it('has the outputs of all tasks in the order of the plan', async () => {
  using server = await startScriptedServer(tasksOf);

  const { outputs, ...counts } = await readResult(makeClient(server.url).client, run);

  const others = { failed_tasks: 0, tolerated_tasks: 0, blocked_tasks: 0, cancelled_tasks: 0, skipped_tasks: 0 };
  expect(counts).toEqual({ run_id: 'r', plan_id: 'p', status: 'completed', completed_tasks: TASKS, ...others });
  expect(Object.entries(outputs)).toEqual(Array.from({ length: TASKS }, (_, i) => [`t/${i}`, { ordinal: i }]));
});

it('asks for no more outputs than are wanted', async () => {
  using server = await startScriptedServer(tasksOf);

  const { outputs, completed_tasks } = await readResult(makeClient(server.url).client, run, 20);

  expect(Object.keys(outputs)).toHaveLength(20);
  expect(completed_tasks).toBe(TASKS);
  expect(server.taken).toHaveLength(21);
});

it('says which tasks of a failed run have failed', async () => {
  const error = { code: 'E5202', message: 'no luck' };
  const tasks = [
    { ...summary(0), status: 'failed', attempt: 3, error },
    { ...summary(1), status: 'blocked', attempt: 0 },
  ];
  using server = await startScriptedServer(() => ({ body: { tasks, next_cursor: null } }));
  const failed = { ...run, status: 'failed', error: { code: 'E5204', message: '1 of 2 tasks failed' } } as RunView;

  const result = readResult(makeClient(server.url).client, { ...failed, totals: { ...ended, completed: 0, failed: 1, blocked: 1 } });

  await expect(result).rejects.toMatchObject({
    name: 'PlanningError',
    code: 'E5204',
    message: '1 of 2 tasks failed',
    details: {
      run_id: 'r',
      failed_tasks: 1,
      blocked_tasks: 1,
      errors: [{ task_id: 't/0', attempt: 3, code: 'E5202', message: 'no luck' }],
    },
  });
});

it.each(['E5203', 'E5501'])('throws %s as it is: the run went over its budget', async (code) => {
  const tasks = [{ ...summary(0), status: 'cancelled', attempt: 0, error: { code, message: 'over' } }];
  using server = await startScriptedServer(() => ({ body: { tasks, next_cursor: null } }));
  const over = { ...run, status: 'failed', error: { code, message: 'over' }, totals: totals({ cancelled: 1 }) } as RunView;

  await expect(readResult(makeClient(server.url).client, over)).rejects.toMatchObject({
    code,
    message: 'over',
    details: { failed_tasks: 0, cancelled_tasks: 1, errors: [] },
  });
});
