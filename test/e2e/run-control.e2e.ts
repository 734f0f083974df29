import { describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { Executions } from './executions.ts';
import { mostAtOnce } from './most-at-once.ts';
import { readStage } from './stage.ts';
import { until } from './until.ts';

interface Controlled {
  readonly run_id: string;
  readonly status: string;
  readonly execution: number;
  readonly diff?: Readonly<Record<string, readonly string[]>>;
}

const api = new ApiClient(readStage());
const control = (runId: string, name: string, body?: unknown) => api.send<Controlled>('POST', `/runs/${runId}/${name}`, body);
const tool = (task_id: string, mock: object = {}, parts: object = {}) => ({
  task_id,
  task_type: 'tool_call',
  tool_name: 'any',
  metadata: { mock },
  ...parts,
});
const behind = (...ids: string[]) => ({ dependencies: ids.map((task_id) => ({ task_id })) });

/** Waits as a client does: at most 20 seconds a request. */
async function untilStatus(runId: string, ...statuses: string[]) {
  return until(
    async () => (await api.send<{ status: string; execution: number; totals: unknown }>('GET', `/runs/${runId}?wait=20`)).body,
    (run) => statuses.includes(run.status),
    60_000,
  );
}

/** So many tasks side by side, five at once, a second each, and one behind them. */
function fanOut(plan_id: string, width: number) {
  const ids = Array.from({ length: width }, (_, n) => `t${n}`);
  return {
    plan_id,
    resource_budget: { max_parallel_tasks: 5 },
    tasks: [...ids.map((id) => tool(id, { duration_sec: 1 })), tool('join', {}, behind(...ids))],
  };
}

async function untilSomeRun(runId: string): Promise<void> {
  await until(
    () => api.tasks(runId),
    (tasks) => Object.values(tasks).some(({ status }) => status === 'executing'),
  );
}

describe('a run that is paused', () => {
  it('lets its tasks end, waits nowhere, and goes on where it stood', async () => {
    const runId = await api.submit(fanOut('paused', 20));
    await untilSomeRun(runId);

    expect(await control(runId, 'pause')).toMatchObject({ status: 202, body: { run_id: runId, status: 'pausing', execution: 1 } });
    expect(await control(runId, 'resume')).toMatchObject({ status: 409, body: { code: 'E5200' } });
    await untilStatus(runId, 'paused');

    const tasks = Object.values(await api.tasks(runId));
    expect(tasks.filter(({ status }) => status === 'executing')).toEqual([]);
    const left = tasks.filter(({ status }) => status !== 'completed').length;
    expect(left).toBeGreaterThan(0);
    expect(await new Executions().describe(runId)).toMatchObject({ status: 'ABORTED' });

    expect(await control(runId, 'resume')).toMatchObject({ status: 202, body: { execution: 2 } });
    expect(await untilStatus(runId, 'completed', 'failed')).toMatchObject({ status: 'completed', totals: { completed: 21, retries: 0 } });
    const log = await api.untilLogged(runId);
    expect(log.filter(({ type }) => type === 'task.completed')).toHaveLength(21);
    expect(mostAtOnce(log)).toBeLessThanOrEqual(5);
  });
});

describe('a run that is cancelled', () => {
  it('ends at once, with its tasks, and stays so', async () => {
    const runId = await api.submit({
      plan_id: 'cancelled',
      tasks: [tool('quick'), tool('slow', { duration_sec: 25 }, behind('quick')), tool('never', {}, behind('slow'))],
    });
    await until(
      () => api.tasks(runId),
      (tasks) => tasks.slow!.status === 'executing',
    );

    expect(await control(runId, 'cancel')).toMatchObject({ status: 202, body: { status: 'cancelled' } });

    const tasks = await api.tasks(runId);
    expect([tasks.quick!.status, tasks.slow!.status, tasks.never!.status]).toEqual(['completed', 'cancelled', 'cancelled']);
    expect(await new Executions().describe(runId)).toMatchObject({ status: 'ABORTED' });
    expect(await control(runId, 'cancel')).toMatchObject({ status: 202, body: { status: 'cancelled' } });
    for (const name of ['pause', 'resume']) expect((await control(runId, name)).status).toBe(409);
    expect(await api.run(runId)).toMatchObject({ status: 'cancelled', totals: { completed: 1, cancelled: 2 } });
  });
});

describe('a run that is retried', () => {
  it('runs again what has not completed', async () => {
    const once = { retry_policy: { max_retries: 0 } };
    const runId = await api.submit({
      plan_id: 'retried',
      tasks: [tool('good'), tool('bad', { fail_times: 1 }, once), tool('behind', {}, behind('bad', 'good'))],
    });
    expect(await untilStatus(runId, 'failed', 'completed')).toMatchObject({ status: 'failed', totals: { failed: 1, blocked: 1 } });

    expect(await control(runId, 'retry')).toMatchObject({ status: 202, body: { execution: 2 } });

    expect(await untilStatus(runId, 'failed', 'completed')).toMatchObject({ status: 'completed', totals: { completed: 3, retries: 1 } });
    expect((await api.tasks(runId)).good).toMatchObject({ attempt: 1 });
    for (const name of ['retry', 'resume', 'cancel']) expect((await control(runId, name)).status).toBe(409);
  });

  it('may be given another plan, and says what that comes to before', async () => {
    const never = { fail_times: -1 };
    const once = { retry_policy: { max_retries: 0 } };
    const runId = await api.submit({
      plan_id: 'changed',
      tasks: [tool('kept'), tool('wrong', never, once), tool('dropped', never, once), tool('end', {}, behind('kept', 'wrong', 'dropped'))],
    });
    await untilStatus(runId, 'failed');
    const plan = {
      plan_id: 'changed',
      tasks: [
        tool('kept'),
        tool('wrong', { outputs: { right: true } }, once),
        tool('new', {}, behind('kept')),
        tool('end', {}, behind('wrong', 'new')),
      ],
    };

    const diff = { kept: ['kept'], changed: ['wrong', 'end'], added: ['new'], removed: ['dropped'] };
    expect(await api.send('POST', `/runs/${runId}/retry?dry_run=true`, { plan })).toMatchObject({
      status: 200,
      body: { diff, execution: 1 },
    });
    expect(await control(runId, 'retry', { plan: { ...plan, plan_id: 'another' } })).toMatchObject({ status: 400 });
    const cycle = { ...plan, tasks: [tool('kept', {}, behind('end')), ...plan.tasks.slice(1)] };
    expect(await control(runId, 'retry', { plan: cycle })).toMatchObject({ status: 400, body: { problems: [{ code: 'E5301' }] } });
    expect(await api.run(runId)).toMatchObject({ status: 'failed', execution: 1 });
    expect(await control(runId, 'retry', { plan })).toMatchObject({ status: 202, body: { diff, execution: 2 } });

    expect(await untilStatus(runId, 'failed', 'completed')).toMatchObject({ status: 'completed', totals: { completed: 4 } });
    expect(Object.keys(await api.tasks(runId))).toEqual(expect.arrayContaining(['kept', 'wrong', 'new', 'end']));
    expect((await api.task(runId, 'wrong')).outputs).toEqual({ right: true });
  });
});

describe('controls of a run that is not there', () => {
  it.each(['cancel', 'pause', 'resume', 'retry'])('%s: 404', async (name) => {
    expect((await control('00000000-0000-4000-8000-000000000000', name)).status).toBe(404);
  });
});
