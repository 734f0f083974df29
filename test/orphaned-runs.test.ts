import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { STORE_FILE } from '../lib/local/local-platform.ts';
import { SqliteStore } from '../lib/local/sqlite/sqlite-store.ts';
import { TaskOrchestrator } from '../lib/orchestrator.ts';
import { keepPlan } from '../lib/planning/kept-plan.ts';
import { preparePlan } from '../lib/planning/prepare-plan.ts';
import { keepMachines } from '../lib/runtime/kept-machines.ts';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';

/** Of a process that is gone: no system gives such a number. */
const DEAD = 'p999999999-12345678.';
const RUN = 'run';
const AT = '2026-01-01T00:00:00.000Z';
const FAILURE = { code: 'E5202', message: 'broken' };
const AWAY = { code: 'E5901', message: 'away' };

const open: TaskOrchestrator[] = [];

/** a, which fails as its policy says, before b before c; d beside them. */
const plan = {
  plan_id: 'plan',
  tasks: [
    { task_id: 'a', retry_policy: { max_retries: 2, retry_on_agent_unavailable: false } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }] },
    { task_id: 'c', dependencies: [{ task_id: 'b' }] },
    { task_id: 'd' },
  ],
};
const task = (ordinal: number) => ({ ordinal, id: plan.tasks[ordinal]!.task_id });
const [A, B, C, D] = [task(0), task(1), task(2), task(3)] as const;

/** A folder with the run that a process has left which died after `work`. */
async function leftBehind(work: (store: SqliteStore) => Promise<unknown>, { started = true, mark = DEAD } = {}): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orphans-'));
  const store = new SqliteStore({ path: join(dataDir, STORE_FILE), process: mark });
  const { blobs } = store;
  const { compilation, kept } = preparePlan(plan);
  const { spec, machines } = compilation;
  await keepPlan(blobs, RUN, 'first', kept);
  await keepMachines(blobs, { runId: RUN, folder: 'first' }, machines);
  const run = { run_id: RUN, plan_id: 'plan', goal_id: null, context: {}, created_at: AT, folder: 'first', machine: machines.at(-1)!.name };
  await store.createRun(run, spec);
  if (started) await store.startRun(RUN, AT);
  await work(store);
  store.close();
  return dataDir;
}

/** Attempts of a task that fail, from its first on. */
async function failing(store: SqliteStore, errors: readonly { code: string; message: string }[]): Promise<void> {
  for (const [n, error] of errors.entries()) {
    await store.claimTask(RUN, A, n + 1, AT);
    await store.releaseTask(RUN, A, n + 1, error, AT);
  }
}

async function complete(store: SqliteStore, ...tasks: readonly (typeof A)[]): Promise<void> {
  for (const each of tasks) {
    await store.claimTask(RUN, each, 1, AT);
    await store.completeTask(RUN, each, 1, { of: each.id }, AT);
  }
}

function openFolder(dataDir: string): TaskOrchestrator {
  const orchestrator = new TaskOrchestrator({ dataDir });
  open.push(orchestrator);
  return orchestrator;
}

/** Settles what was left, lets the run go on and waits for its end. */
async function goOn(dataDir: string) {
  const orchestrator = openFolder(dataDir);
  const interrupted = await orchestrator.settleOrphans();
  if (interrupted.includes(RUN)) await orchestrator.resume(RUN);
  const { status, error } = await orchestrator.wait(RUN);
  const { tasks } = await orchestrator.status(RUN);
  return { interrupted, status, error, statuses: tasks.map((each) => each.status), tasks };
}

const changesOf = (events: readonly RunEvent[], id: string) =>
  events.filter(({ task_id }) => task_id === id).map(({ type, attempt }) => `${type.slice('task.'.length)} ${attempt}`);

afterEach(() => {
  for (const orchestrator of open.splice(0)) orchestrator.close();
});

describe('a run whose process died', () => {
  it('goes on with another attempt of what was under way', async () => {
    const dataDir = await leftBehind((store) => store.claimTask(RUN, A, 1, AT));

    const { interrupted, status, tasks } = await goOn(dataDir);

    expect({ interrupted, status }).toEqual({ interrupted: [RUN], status: 'completed' });
    expect(tasks.map(({ attempt }) => attempt)).toEqual([2, 1, 1, 1]);
    const events = await open[0]!.store.listEvents(RUN, 0, 100);
    expect(changesOf(events, 'a')).toEqual(['executing 1', 'cancelled 1', 'pending 1', 'executing 2', 'completed 2']);
  });

  it.each([
    ['as often as it may', [FAILURE, FAILURE, FAILURE], FAILURE],
    ['in a way that is not retried', [FAILURE, AWAY], AWAY],
  ])('does not run a task again that had failed %s', async (_, errors, error) => {
    const dataDir = await leftBehind((store) => failing(store, errors));

    const { status, statuses, tasks } = await goOn(dataDir);

    expect(statuses).toEqual(['failed', 'blocked', 'blocked', 'completed']);
    expect(tasks[0]).toMatchObject({ attempt: errors.length, error });
    expect(status).toBe('failed');
  });

  it('leaves a task its other attempts that had failed less often', async () => {
    const dataDir = await leftBehind((store) => failing(store, [FAILURE, FAILURE]));

    const { status, tasks } = await goOn(dataDir);

    expect(status).toBe('completed');
    expect(tasks[0]!.attempt).toBe(3);
  });

  it('blocks what is behind a failed task where that had not been done', async () => {
    const dataDir = await leftBehind((store) => store.failTask(RUN, A, FAILURE, AT));

    const { status, error, statuses } = await goOn(dataDir);

    expect(statuses).toEqual(['failed', 'blocked', 'blocked', 'completed']);
    expect({ status, code: error?.code }).toEqual({ status: 'failed', code: 'E5204' });
  });

  it('has ended where all of its tasks had: there is nothing to be resumed', async () => {
    const dataDir = await leftBehind((store) => complete(store, A, B, C, D));

    expect(await goOn(dataDir)).toMatchObject({ interrupted: [], status: 'completed' });
    expect(await open[0]!.getStats()).toMatchObject({ plans_executed: 1, tasks_executed: 4, tasks_completed: 4 });
  });

  it('is settled once by several that find it', async () => {
    const dataDir = await leftBehind((store) => complete(store, A));

    await Promise.all([openFolder(dataDir).settleOrphans(), openFolder(dataDir).settleOrphans(), openFolder(dataDir).settleOrphans()]);

    const events = await open[0]!.store.listEvents(RUN, 0, 100);
    expect(events.filter(({ type }) => type === 'run.failed')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'task.cancelled')).toHaveLength(3);
  });
});

describe('a run that was being stopped when its process died', () => {
  it('is paused: what was under way is not waited for, and begins anew when it goes on', async () => {
    const dataDir = await leftBehind(async (store) => {
      await complete(store, D);
      await store.claimTask(RUN, A, 1, AT);
      await store.moveRun(RUN, ['executing'], 'pausing', AT);
    });
    const orchestrator = openFolder(dataDir);

    expect(await orchestrator.settleOrphans()).toEqual([]);
    expect(await orchestrator.status(RUN)).toMatchObject({ status: 'paused' });
    await orchestrator.resume(RUN);

    expect(await orchestrator.wait(RUN)).toMatchObject({ status: 'completed', execution: 2 });
    const events = await orchestrator.store.listEvents(RUN, 0, 100);
    expect(changesOf(events, 'a')).toEqual(['executing 1', 'pending 1', 'executing 2', 'completed 2']);
    expect(changesOf(events, 'd')).toEqual(['executing 1', 'completed 1']);
  });

  it('is cancelled', async () => {
    const dataDir = await leftBehind(async (store) => {
      await store.claimTask(RUN, A, 1, AT);
      await store.moveRun(RUN, ['executing'], 'cancelling', AT);
    });
    const orchestrator = openFolder(dataDir);

    expect(await orchestrator.settleOrphans()).toEqual([]);

    const { status, tasks } = await orchestrator.status(RUN);
    expect([status, ...tasks.map((each) => each.status)]).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled', 'cancelled']);
  });
});

describe('a run whose process died before it started', () => {
  const started = false;
  const order = { mode: 'resume', folder: 'second', plan_folder: 'first' } as const;
  const reopened = async (store: SqliteStore): Promise<void> => {
    await store.startRun(RUN, AT);
    await store.claimTask(RUN, A, 1, AT);
    await store.moveRun(RUN, ['executing'], 'paused', AT);
    await store.reopenRun(RUN, ['paused'], order, AT);
  };

  it.each([
    ['for the first time', async () => {}, 1],
    ['again', reopened, 2],
  ])('%s is started by who resumes it', async (_, work, execution) => {
    const orchestrator = openFolder(await leftBehind(work, { started }));

    expect(await orchestrator.resume(RUN)).toEqual({ run_id: RUN, status: 'executing', execution });

    expect(await orchestrator.wait(RUN)).toMatchObject({ status: 'completed', execution });
  });

  it.each([
    ['for the first time', async () => {}],
    ['again', reopened],
  ])('%s is started by one of several that resume it', async (_, work) => {
    const dataDir = await leftBehind(work, { started });
    const orchestrators = [1, 2, 3].map(() => openFolder(dataDir));

    const told = await Promise.allSettled(orchestrators.map((orchestrator) => orchestrator.resume(RUN)));
    await orchestrators[0]!.wait(RUN);

    expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const events = await open[0]!.store.listEvents(RUN, 0, 100);
    for (const { id } of [B, C, D]) expect(changesOf(events, id)).toEqual(['executing 1', 'completed 1']);
  });
});

describe('who resumes a run', () => {
  it('need not have settled it before', async () => {
    const orchestrator = openFolder(await leftBehind((store) => store.claimTask(RUN, A, 1, AT)));

    await orchestrator.resume(RUN);

    expect(await orchestrator.wait(RUN)).toMatchObject({ status: 'completed', execution: 2 });
  });

  it('is one of several that do', async () => {
    const dataDir = await leftBehind((store) => store.claimTask(RUN, A, 1, AT));
    const orchestrators = [1, 2, 3].map(() => openFolder(dataDir));

    const told = await Promise.allSettled(orchestrators.map((orchestrator) => orchestrator.resume(RUN)));
    await orchestrators[0]!.wait(RUN);

    expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await orchestrators[0]!.status(RUN)).toMatchObject({ status: 'completed', execution: 2 });
  });

  it.each([
    ['queued', false],
    ['executing', true],
  ])('is refused one that is %s in a process that lives', async (status, started) => {
    const living = `p${process.ppid}-12345678.`;
    const orchestrator = openFolder(await leftBehind(async () => {}, { started, mark: living }));

    expect(await orchestrator.settleOrphans()).toEqual([]);
    await expect(orchestrator.resume(RUN)).rejects.toThrow(`run ${RUN} cannot be resumed: it is ${status}`);
    expect(await orchestrator.status(RUN)).toMatchObject({ status });
  });

  it('may do so in the process that has closed it', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'orphans-'));
    const first = new TaskOrchestrator({ dataDir });
    const { run_id } = await first.submit({ tasks: [{ task_id: 'a', metadata: { mock: { duration_sec: 0.05 } } }] });
    first.close();
    const second = openFolder(dataDir);

    await second.resume(run_id);

    expect(await second.wait(run_id)).toMatchObject({ status: 'completed', execution: 2 });
  });
});
