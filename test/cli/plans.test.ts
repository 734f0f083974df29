import { describe, expect, it } from 'vitest';
import { cli, scratch, writePlan } from './command-line.ts';

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
