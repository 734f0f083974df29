import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { STORE_FILE } from '../../lib/local/local-platform.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { scratch, startCli, writePlan } from './command-line.ts';

const LIMIT = 3;
const TASKS = 60;

const folder = scratch();
const dataDir = join(folder, 'data');
const task = (n: number) => ({ task_id: `t${n}`, pool: 'gpu', metadata: { mock: { duration_sec: 0.05 } } });
const plan = writePlan(folder, { tasks: Array.from({ length: TASKS }, (_, n) => task(n)) });
const startRun = () => startCli(['run', plan, '--data-dir', dataDir]);

/** The most tasks of all runs between their start and their end, or that of their run, by the times that the store has. */
function mostAtOnce(events: readonly RunEvent[]): number {
  const inside = new Set<string>();
  let most = 0;
  // of one millisecond the ends first: a place is handed on in less. A run that was killed ended when it was last heard of
  const rank = ({ type }: RunEvent): number => (type === 'task.executing' ? 1 : type === 'run.failed' ? 2 : 0);
  for (const { type, run_id, task_id } of [...events].sort((a, b) => a.at.localeCompare(b.at) || rank(a) - rank(b))) {
    const task = `${run_id} ${task_id}`;
    if (type === 'task.executing') inside.add(task);
    else if (type === 'task.completed') inside.delete(task);
    else if (type === 'run.failed') for (const each of inside) if (each.startsWith(run_id)) inside.delete(each);
    most = Math.max(most, inside.size);
  }
  return most;
}

it('a pool holds over processes, and what a killed one held is given to the others', { timeout: 60_000 }, async () => {
  const store = new SqliteStore({ path: join(dataDir, STORE_FILE) });
  await store.putSharedPool({ name: 'gpu', limit: LIMIT });
  const mortal = startRun();
  const survivor = startRun();
  const completed = async (): Promise<number> => {
    const counts = await Promise.all((await store.listRuns(9)).map(({ run_id }) => store.countTasks(run_id)));
    return counts.length < 2 ? 0 : Math.min(...counts.map((each) => each.completed));
  };
  while ((await completed()) < 5) await sleep(20); // both have had their turns

  mortal.child.kill('SIGKILL');
  const { status: exitCode } = await survivor.outcome;

  const runs = await store.listRuns(9);
  const logs = await Promise.all(runs.map(({ run_id }) => store.listEvents(run_id, 0, 1_000)));
  expect(exitCode).toBe(0);
  expect(runs.map(({ status }) => status).sort()).toEqual(['completed', 'failed']);
  expect(runs.find(({ status }) => status === 'failed')!.error!.message).toMatch(/process that ran it has ended/);
  expect(mostAtOnce(logs.flat())).toBeLessThanOrEqual(LIMIT);
  expect(await store.listSharedPools()).toEqual([{ name: 'gpu', limit: LIMIT, held: 0, waiting_runs: 0 }]);
  store.close();
});
