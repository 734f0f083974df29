import { describe, expect, it } from 'vitest';
import { until } from '../e2e/until.ts';
import { cli, scratch, startCli, writePlan } from './command-line.ts';

const LEAF = { tasks: [{ task_id: 'a', metadata: { mock: { duration_sec: 0.05, outputs: { n: 7 } } } }] };
const parent = (more: object = {}) => ({
  tasks: [{ task_id: 's', task_type: 'compound', plan_ref: 'leaf', outputs: { n: '{{a.n}}' }, ...more }],
});

describe('plans', () => {
  it('are kept by a name, listed, and removed', () => {
    const cwd = scratch();
    const file = writePlan(cwd, LEAF);

    expect(cli(['plans'], { cwd }).stdout).toBe('no plans are kept\n');
    expect(cli(['plans', 'leaf', file], { cwd }).stdout).toMatch(/^ *leaf +1 tasks, since 2/);
    expect(JSON.parse(cli(['plans', '--json'], { cwd }).stdout)).toMatchObject({ plans: [{ name: 'leaf', task_count: 1 }] });
    expect(cli(['plans', 'leaf', '--remove'], { cwd })).toMatchObject({ status: 0, stdout: 'no plans are kept\n' });
    expect(cli(['plans', 'leaf', '--remove'], { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no plan leaf'),
    });
  });

  it('are refused where they, their names or the command are wrong', () => {
    const cwd = scratch();
    const bad = writePlan(cwd, { tasks: [{ task_id: 'a', dependencies: [{ task_id: 'x' }] }] });

    expect(cli(['plans', 'bad', bad], { cwd })).toMatchObject({ status: 2, stderr: expect.stringContaining('E5302') });
    expect(cli(['plans', 'a b', bad], { cwd })).toMatchObject({ status: 2, stderr: expect.stringContaining('is no name of a plan') });
    expect(cli(['plans', 'bad'], { cwd }).status).toBe(2);
    expect(cli(['plans', 'bad', bad, '--remove'], { cwd }).status).toBe(2);
  });

  it('are run by the plans that name them, also on a virtual clock', () => {
    const cwd = scratch();
    const file = writePlan(cwd, parent(), 'parent.json');
    expect(cli(['validate', file], { cwd })).toMatchObject({ status: 2, stdout: expect.stringContaining('E5302') });
    cli(['plans', 'leaf', writePlan(cwd, LEAF)], { cwd });

    expect(cli(['validate', file], { cwd })).toMatchObject({ status: 0, stdout: 'valid: 1 tasks\n' });
    expect(cli(['compile', file], { cwd }).status).toBe(0);
    const simulated = cli(['run', file, '--simulate', '--json'], { cwd });
    expect(JSON.parse(simulated.stdout)).toMatchObject({ status: 'completed', outputs: { s: { n: 7 } } });
    const real = cli(['run', file, '--json'], { cwd });
    expect(JSON.parse(real.stdout)).toMatchObject({ status: 'completed', outputs: { s: { n: 7 } } });
    const { runs } = JSON.parse(cli(['status', '--json'], { cwd }).stdout);
    expect(runs).toMatchObject([{ plan_id: 'leaf', status: 'completed', parent_task_id: 's' }, { status: 'completed' }]);
    expect(cli(['status', runs[1].run_id], { cwd }).stdout).toContain(`run ${runs[0].run_id}`);
  });
});

/** A run whose child run has begun its first task, which takes as long as it is waited for. */
async function begun(seconds: number) {
  const cwd = scratch();
  const slow = {
    tasks: [
      { task_id: 'a', metadata: { mock: { duration_sec: seconds, outputs: { n: 7 } } } },
      { task_id: 'b', dependencies: [{ task_id: 'a' }] },
    ],
  };
  cli(['plans', 'leaf', writePlan(cwd, slow)], { cwd });
  const started = startCli(['run', writePlan(cwd, parent(), 'parent.json'), '--json'], { cwd });
  const status = async () =>
    (JSON.parse(cli(['status', '--json'], { cwd }).stdout || '{"runs":[]}') as { runs: { run_id: string; status: string }[] }).runs;
  const [child, run] = await until(status, (runs) => runs[0]?.status === 'executing' && runs.length === 2);
  return { cwd, ...started, run: run!.run_id, leaf: child!.run_id, status };
}

describe('a run with a child run', () => {
  it('goes on in another process when its own was killed', async () => {
    const { cwd, child, run, outcome, status } = await begun(3);
    child.kill('SIGKILL');
    await outcome;

    const resumed = cli(['resume', run, '--json'], { cwd });

    expect(JSON.parse(resumed.stdout)).toMatchObject({ status: 'completed', outputs: { s: { n: 7 } } });
    expect((await status()).map((each) => each.status)).toEqual(['completed', 'completed']);
  });

  it('hears of its end where another process carried that out', async () => {
    const { cwd, leaf, outcome } = await begun(10);

    expect(cli(['pause', leaf], { cwd })).toMatchObject({ status: 0 });
    expect(cli(['resume', leaf], { cwd })).toMatchObject({ status: 0 });

    expect(JSON.parse((await outcome).stdout)).toMatchObject({ status: 'completed', outputs: { s: { n: 7 } } });
  });

  it('is cancelled with it, from another process', async () => {
    const { cwd, run, outcome, status } = await begun(60);

    expect(cli(['cancel', run], { cwd }).status).toBe(0);

    expect((await outcome).status).toBe(1);
    await until(status, (runs) => runs.every((each) => each.status === 'cancelled'));
  });
});
