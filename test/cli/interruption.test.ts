import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { cli, MAIN, NODE_FLAGS, scratch, writePlan } from './command-line.ts';

const TASKS = 40;

/** Chains of short tasks, so that some are done and some are not whenever the run is cut off. */
function plan() {
  const tasks = Array.from({ length: TASKS }, (_, i) => ({
    task_id: `t${i}`,
    dependencies: i < 4 ? [] : [{ task_id: `t${i - 4}` }],
    metadata: { mock: { duration_sec: 0.05, outputs: { i } } },
  }));
  return { tasks };
}

/** Starts a run and resolves once so many of its lines say that a task is done. */
async function runUntil(folder: string, doneTasks: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, 'run', writePlan(folder, plan()), '--data-dir', 'data'], { cwd: folder });
  let output = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split('completed').length > doneTasks) resolve();
    });
  });
  return child;
}

describe('a run that is cut off', () => {
  it.each([1, 7, 20])('by kill -9 after %i tasks leaves a whole store, and what was done stays done', async (doneTasks) => {
    const folder = scratch();
    const child = await runUntil(folder, doneTasks);

    child.kill('SIGKILL');
    await once(child, 'exit');

    const { runs } = JSON.parse(cli(['status', '--data-dir', 'data', '--json'], { cwd: folder }).stdout) as { runs: { run_id: string }[] };
    expect(runs).toMatchObject([{ status: 'executing', task_count: TASKS }]);
    const { run_id } = runs[0]!;
    const run = JSON.parse(cli(['status', run_id, '--data-dir', 'data', '--json'], { cwd: folder }).stdout) as {
      tasks: { task_id: string; status: string; outputs: unknown; attempt: number }[];
    };
    const done = run.tasks.filter((task) => task.status === 'completed');
    expect(done.length).toBeGreaterThanOrEqual(doneTasks);
    for (const task of done) expect(task).toMatchObject({ outputs: { i: Number(task.task_id.slice(1)) }, attempt: 1 });

    const path = join(folder, 'data', 'task-orchestrator.db');
    const database = new DatabaseSync(path, { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    const store = new SqliteStore({ path });
    const events = await store.listEvents(run_id, 0, 10_000);
    store.close();
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
    const completed = events.filter((event) => event.type === 'task.completed').map((event) => event.task_id);
    expect(completed.sort()).toEqual(done.map((task) => task.task_id).sort());
  });

  it('by Ctrl-C is cancelled, and says where it is kept', async () => {
    const folder = scratch();
    const child = await runUntil(folder, 2);
    let stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });

    child.kill('SIGINT');
    const [exitCode] = (await once(child, 'exit')) as [number];

    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/interrupted; see: npm run -s cli -- status \S+ --data-dir data/);
    const [run] = (JSON.parse(cli(['status', '--data-dir', 'data', '--json'], { cwd: folder }).stdout) as { runs: { status: string }[] })
      .runs;
    expect(run).toMatchObject({ status: 'cancelled' });
  });

  it('does not keep the store from being used for other runs', async () => {
    const folder = scratch();
    const child = await runUntil(folder, 3);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { status, stderr } = cli(['run', writePlan(folder, { tasks: [{ task_id: 'a' }] }), '--data-dir', 'data'], { cwd: folder });

    expect(status).toBe(0);
    expect(stderr).toMatch(/^note: run \S+ was interrupted; it goes on with: npm run -s cli -- resume \S+ --data-dir data\n$/);
  });
});
