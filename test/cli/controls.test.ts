import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { STORE_FILE } from '../../lib/local/local-platform.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { refOf } from '../../lib/model/execution-ref.ts';
import type { RunStatus } from '../../lib/model/run.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { cli, scratch, startCli, writePlan } from './command-line.ts';

/** Chains: a short task, a long one, a short one. */
const plan = (longSec: number) => ({
  plan_id: 'three',
  tasks: [
    { task_id: 'a', metadata: { mock: { outputs: { n: 1 } } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }], metadata: { mock: { duration_sec: longSec, outputs: { n: 2 } } } },
    { task_id: 'c', dependencies: [{ task_id: 'b' }], metadata: { mock: { outputs: { n: 3 } } } },
  ],
});
const OUTPUTS = { a: { n: 1 }, b: { n: 2 }, c: { n: 3 } };
const NEVER_SEC = 3600;

/** A folder with a process that is at the second of three tasks. */
async function runUntilB(longSec: number, more: readonly string[] = []) {
  const folder = scratch();
  const started = startCli(['run', writePlan(folder, plan(longSec)), '--data-dir', 'data', ...more], { cwd: folder });
  const store = await openStore(folder);
  let runId: string | undefined;
  while (runId === undefined) {
    await sleep(20);
    const [run] = await store.listRuns(1);
    const item = run && (await store.listTasks(run.run_id)).find(({ ordinal }) => ordinal === 1);
    if (item?.status === 'executing') runId = run!.run_id;
  }
  const control = (name: string, ...flags: readonly string[]) => cli([name, runId, '--data-dir', 'data', ...flags], { cwd: folder });
  const statusOf = async (): Promise<RunStatus> => (await store.getRun(runId))!.status;
  return { folder, store, runId, control, statusOf, ...started };
}

/** Once it is there. */
async function openStore(folder: string): Promise<SqliteStore> {
  for (;;) {
    try {
      return new SqliteStore({ path: join(folder, 'data', STORE_FILE) });
    } catch {
      await sleep(20);
    }
  }
}

async function kill({ child }: Awaited<ReturnType<typeof runUntilB>>): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const asJson = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as Record<string, unknown>;

describe('a run that another process executes', () => {
  it('is cancelled: its process aborts what runs, and ends', async () => {
    const { control, outcome, runId, statusOf, store } = await runUntilB(NEVER_SEC);

    const cancelled = control('cancel', '--json');

    expect(cancelled).toMatchObject({ status: 0, stderr: '' });
    expect(asJson(cancelled)).toEqual({ run_id: runId, status: 'cancelled', execution: 1 });
    const { status, stderr } = await outcome;
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('the run was cancelled') });
    expect(control('cancel').stdout).toBe(`run ${runId} is cancelled\n`);
    expect(await statusOf()).toBe('cancelled');
    expect((await store.listTasks(runId)).map(({ status }) => status)).toEqual(['completed', 'cancelled', 'cancelled']);
    store.close();
  });

  it('is paused when what runs has ended, then resumed here', async () => {
    const { control, outcome, runId, statusOf, store } = await runUntilB(12);

    const paused = control('pause');

    expect(paused).toMatchObject({
      status: 0,
      stdout: `run ${runId} is paused\n`,
      stderr: expect.stringMatching(/^waiting for the tasks/),
    });
    expect(await outcome).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(new RegExp(`is paused\nkept in data\n.*resume ${runId} --data-dir data`)),
    });
    expect(control('wait')).toMatchObject({ status: 1, stdout: `run ${runId} is paused\n` });
    const resumed = control('resume', '--json');
    expect(resumed).toMatchObject({ status: 0, stderr: '' });
    expect(asJson(resumed)).toMatchObject({ run_id: runId, status: 'completed', outputs: OUTPUTS });
    expect((await store.listTasks(runId)).map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    expect(control('status').stdout).toMatch(/executions\s+2\n/);
    expect(await statusOf()).toBe('completed');
    store.close();
  });

  it('cannot be resumed or retried; it may be waited for', async () => {
    const run = await runUntilB(NEVER_SEC);
    const { control, runId, statusOf, store } = run;

    for (const name of ['resume', 'retry']) {
      const refused = control(name);
      expect(refused).toMatchObject({
        status: 2,
        stdout: '',
        stderr: `run ${runId} is executed by another process: cancel or pause it first\n`,
      });
    }
    expect(control('wait', '--timeout', '0')).toMatchObject({ status: 4, stdout: `run ${runId} is executing\n` });
    expect(asJson(control('pause', '--no-wait', '--json'))).toMatchObject({ status: 'pausing' });
    expect(await statusOf()).toBe('pausing');
    await kill(run);
    // nobody is left to end what ran
    expect(control('wait')).toMatchObject({ status: 1, stdout: `run ${runId} is paused\n` });
    store.close();
  });
});

describe('a run whose process was killed', () => {
  it('writes what happens from its resume on to a file, or says why that cannot be', async () => {
    const { folder, control, ...process } = await runUntilB(1);
    await kill({ ...process, folder, control });

    const refused = control('resume', '--events', join('no', 'such', 'folder'));
    const resumed = control('resume', '--events', 'events');

    expect(refused).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^cannot write /) });
    expect(resumed.status).toBe(0);
    const events = readFileSync(join(folder, 'events'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    const types = events.map(({ type, task_id }) => `${type} ${task_id ?? ''}`.trim());
    expect(types).toContain('run.queued');
    expect(types).toContain('task.completed b');
    expect(types).not.toContain('task.completed a');
    expect(types.at(-1)).toBe('run.completed');
    expect(control('retry', '--events', 'other', '--dry-run')).toMatchObject({ status: 2, stderr: expect.stringContaining('--events') });
  });

  it('is resumed, with what was done', async () => {
    const run = await runUntilB(2);
    await kill(run);
    const { control, runId, store } = run;

    expect(control('pause')).toMatchObject({ status: 2, stderr: expect.stringContaining(`was interrupted, the process`) });
    const { status, stdout } = control('resume');

    expect(status).toBe(0);
    expect(stdout).toMatch(/Run \S+: completed, 3 tasks completed/);
    expect(stdout).not.toMatch(/executing {2}a/);
    expect((await store.listTasks(runId)).map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
    expect(control('resume')).toMatchObject({ status: 2, stdout: '', stderr: `run ${runId} cannot be resumed: it has completed\n` });
    store.close();
  });

  it('is cancelled, and retried by a changed plan', async () => {
    const run = await runUntilB(NEVER_SEC);
    await kill(run);
    const { control, runId, folder, store } = run;

    expect(control('cancel')).toMatchObject({ status: 0, stdout: `run ${runId} is cancelled\n` });
    const changed = writePlan(folder, plan(0.01));
    expect(asJson(control('retry', '--plan', changed, '--json'))).toMatchObject({ status: 'completed', outputs: OUTPUTS });
    store.close();
  });

  it('is started where it was only queued', async () => {
    const run = await runUntilB(2);
    await kill(run);
    const { control, runId, folder, store } = run;
    control('wait');
    const { order } = (await store.getControl(runId))!;
    const dead = new SqliteStore({ path: join(folder, 'data', STORE_FILE), process: `p${run.child.pid}-gone.` });
    await dead.reopenRun(refOf({ runId, execution: 1 }), ['failed'], { ...order, mode: 'resume', folder: 'f' }, new Date().toISOString());
    dead.close();

    expect(control('retry')).toMatchObject({ status: 2, stderr: expect.stringContaining(`resume ${runId}`) });
    expect(asJson(control('resume', '--json'))).toMatchObject({ status: 'completed', outputs: OUTPUTS });
    store.close();
  });
});

describe('a run that failed', () => {
  const failing = {
    plan_id: 'bad',
    tasks: [
      { task_id: 'a' },
      { task_id: 'b', dependencies: [{ task_id: 'a' }], retry_policy: { max_retries: 0 }, metadata: { mock: { fail_times: 2 } } },
    ],
  };

  it('is retried with other retries, and by a changed plan', async () => {
    const folder = scratch();
    const failed = cli(['run', writePlan(folder, failing), '--data-dir', 'data', '--json'], { cwd: folder });
    const { run_id: runId } = (asJson(failed).error as { details: { run_id: string } }).details;
    const retry = (...flags: readonly string[]) => cli(['retry', runId, '--data-dir', 'data', ...flags], { cwd: folder });
    expect(failed.status).toBe(1);

    expect(retry('--max-retries', '0')).toMatchObject({ status: 1, stderr: expect.stringContaining('E5204 1 of 2 tasks failed') });
    const changed = writePlan(folder, { ...failing, tasks: [failing.tasks[0], { ...failing.tasks[1], metadata: {} }] });
    expect(retry('--plan', changed, '--dry-run')).toMatchObject({
      status: 0,
      stdout: `run ${runId} is failed (execution 2)\n  changed  1: b\n  kept     1: a\n`,
    });
    expect(retry('--plan', writePlan(folder, { tasks: [{ task_id: 'a', colour: 'red' }] }, 'invalid.json'))).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('E5602  $.tasks[0].colour'),
    });
    expect(retry('--plan', changed, '--json')).toMatchObject({ status: 0, stdout: expect.stringContaining('"status":"completed"') });
  });
});

describe('a changed plan of a run that failed', () => {
  const tasks = [
    { task_id: 'a' },
    { task_id: 'b', retry_policy: { max_retries: 0 }, metadata: { mock: { fail_times: 1 } } },
    { task_id: 'c', dependencies: [{ task_id: 'b' }] },
  ];
  const failed = (plan: object) => {
    const folder = scratch();
    const { error } = asJson(cli(['run', writePlan(folder, plan), '--data-dir', 'data', '--json'], { cwd: folder }));
    const { run_id: runId } = (error as { details: { run_id: string } }).details;
    return (changed: object) =>
      cli(['retry', runId, '--data-dir', 'data', '--plan', writePlan(folder, changed, 'changed.json')], { cwd: folder });
  };

  it('needs no plan_id where the run has none, and may drop what has completed, which is said', () => {
    const retry = failed({ tasks });

    const { status, stderr } = retry({ tasks: tasks.slice(1) });

    expect(status).toBe(0);
    expect(stderr).toBe('note: completed, and no task of the changed plan: 1: a\n');
  });

  it('is refused without the plan_id that the run has', () => {
    const retry = failed({ plan_id: 'p', tasks });

    expect(retry({ tasks: tasks.slice(1) })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^E5600 {2}\$\.plan_id .*of plan p/),
    });
  });
});

describe('a run with a key', () => {
  it('is run once: the same key shows it again', async () => {
    const folder = scratch();
    const run = () =>
      cli(['run', writePlan(folder, plan(0.01)), '--data-dir', 'data', '--idempotency-key', 'k', '--json'], { cwd: folder });

    const [first, second] = [run(), run()];

    expect(first.status).toBe(0);
    expect(asJson(second)).toEqual(asJson(first));
    expect((asJson(cli(['status', '--data-dir', 'data', '--json'], { cwd: folder })).runs as unknown[]).length).toBe(1);
  });

  it('is none of another plan', () => {
    const folder = scratch();
    const run = (plan_id: string) =>
      cli(['run', writePlan(folder, { ...plan(0.01), plan_id }), '--data-dir', 'data', '--idempotency-key', 'k'], { cwd: folder });

    expect(run('one').status).toBe(0);
    expect(run('other')).toMatchObject({ status: 2, stderr: expect.stringMatching(/of plan one: plan other needs a key of its own\n$/) });
  });

  it('is waited for where another process executes it', async () => {
    const { outcome, folder, store, runId } = await runUntilB(3, ['--idempotency-key', 'k']);

    const again = cli(['run', 'plan.json', '--data-dir', 'data', '--idempotency-key', 'k'], { cwd: folder });

    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining(`note: run ${runId} has this key already`) });
    expect(again.stdout).toContain(`Run ${runId}: completed`);
    expect((await outcome).status).toBe(0);
    store.close();
  });

  it('says how it goes on where it was interrupted', async () => {
    const run = await runUntilB(NEVER_SEC, ['--idempotency-key', 'k']);
    await kill(run);

    const again = cli(['run', 'plan.json', '--data-dir', 'data', '--idempotency-key', 'k'], { cwd: run.folder });

    expect(again.status).not.toBe(0);
    expect(again.stderr).toMatch(new RegExp(`it goes on with: npm run -s cli -- resume ${run.runId} --data-dir data\n$`));
    run.store.close();
  });
});

it.each(['cancel', 'pause', 'resume', 'retry', 'wait'])('%s says when there is no such run, or no run at all', (name) => {
  const folder = scratch();

  expect(cli([name, 'nope', '--data-dir', 'data'], { cwd: folder })).toMatchObject({
    status: 2,
    stdout: '',
    stderr: 'there are no runs in data\n',
  });
  cli(['run', writePlan(folder, { tasks: [{ task_id: 'a' }] }), '--data-dir', 'data'], { cwd: folder });
  expect(cli([name, 'nope', '--data-dir', 'data'], { cwd: folder })).toMatchObject({
    status: 2,
    stdout: '',
    stderr: 'there is no run nope\n',
  });
  const json = cli([name, 'nope', '--data-dir', 'data', '--json'], { cwd: folder });
  expect(json).toMatchObject({ status: 2, stderr: '' });
  expect(asJson(json)).toMatchObject({ error: { message: 'there is no run nope' } });
});
