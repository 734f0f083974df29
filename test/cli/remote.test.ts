import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, scratch, startCli, writePlan } from './command-line.ts';
import { startService } from './start-service.ts';

const GOOD = {
  plan_id: 'good',
  tasks: [
    { task_id: 'a', name: 'First', metadata: { mock: { outputs: { x: 1 } } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }] },
  ],
};
const FAILING = {
  plan_id: 'bad',
  tasks: [
    { task_id: 'a', retry_policy: { max_retries: 0 }, metadata: { mock: { fail_times: -1, error: 'no luck' } } },
    { task_id: 'b', dependencies: [{ task_id: 'a' }] },
  ],
};
const INVALID = { plan_id: 'wrong', tasks: [{ task_id: 'a', dependencies: [{ task_id: 'nope' }] }, { task_id: 'a' }] };

/** Without what differs from run to run. */
function timeless(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/in \.task-orchestrator|on http:\S+/g, 'PLACE')
    .replace(/--data-dir \.task-orchestrator|--endpoint http:\S+/g, 'FLAGS')
    .replace(/^ +\d+\.\d+ s/gm, 'AFTER');
}

/** A command on this machine and the same on a deployment: what they print, and the events they write. */
async function bothWays(command: string, plan: unknown, ...flags: readonly string[]) {
  using service = await startService();
  const folder = scratch();
  const path = writePlan(folder, plan);
  const events = (name: string): string[] => (command === 'run' ? ['--events', join(folder, name)] : []);
  const read = (name: string): string => (command === 'run' ? readFileSync(join(folder, name), { encoding: 'utf8', flag: 'a+' }) : '');
  const here = cli([command, path, ...flags, ...events('here')], { cwd: folder });
  const there = await startCli([command, path, ...flags, '--endpoint', service.url, ...events('there')], { cwd: folder }).outcome;
  const parts = [here, there].map(({ status, stdout, stderr }) => ({ status, stdout: timeless(stdout), stderr: timeless(stderr) }));
  return { here: { ...parts[0]!, events: timeless(read('here')) }, there: { ...parts[1]!, events: timeless(read('there')) } };
}

describe('on a deployment', () => {
  it.each([
    ['run', 'a plan', GOOD, [], 0],
    ['run', 'a plan', GOOD, ['--json'], 0],
    ['run', 'a plan whose tasks fail', FAILING, [], 1],
    ['run', 'a plan whose tasks fail', FAILING, ['--json'], 1],
    ['run', 'an invalid plan', INVALID, [], 2],
    ['run', 'an invalid plan', INVALID, ['--json'], 2],
    ['run', 'what is no plan', [1, 2], [], 2],
    ['compile', 'a plan', GOOD, ['--json', '--max-parallel', '3'], 0],
    ['compile', 'an invalid plan', INVALID, [], 2],
  ])('%s with %s prints and writes what it does here (%#)', async (command, _, plan, flags, status) => {
    const { here, there } = await bothWays(command, plan, ...flags);

    expect(there).toEqual(here);
    expect(there.status).toBe(status);
  });

  it('compile says all but the name of the machine', async () => {
    const { here, there } = await bothWays('compile', GOOD);

    expect(here.stdout.startsWith(there.stdout)).toBe(true);
    expect(here.stdout.slice(there.stdout.length)).toMatch(/^ {2}machine {8}\S+\n$/);
  });

  it('run hands on the context and the limit, and under the same key it is the same run', async () => {
    using service = await startService();
    const folder = scratch();
    const tasks = [0, 1, 2].map((i) => ({ task_id: `t${i}`, inputs: { who: '{{context.user}}' } }));
    const context = writePlan(folder, { user: 'Ada' }, 'context.json');
    const args = ['run', writePlan(folder, { tasks }), '--endpoint', service.url, '--context', context, '--max-parallel', '1'];
    const again = [...args, '--idempotency-key', 'key-1', '--json', '--events', join(folder, 'events')];

    const first = await startCli(again).outcome;
    const second = await startCli(again).outcome;

    expect(first.status).toBe(0);
    expect(second).toEqual(first);
    const types = readFileSync(join(folder, 'events'), 'utf8').match(/task\.\w+/g)!;
    expect(types).toEqual(Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? 'task.executing' : 'task.completed')));
  });

  it('status lists runs and shows one', async () => {
    using service = await startService();
    const there = ['--endpoint', service.url];
    const path = writePlan(scratch(), GOOD);
    const { run_id } = JSON.parse((await startCli(['run', path, '--json', ...there]).outcome).stdout) as { run_id: string };

    const lines = [['--json'], [run_id, '--json'], [], [run_id], ['nope']];
    const outcomes = await Promise.all(lines.map((args) => startCli(['status', ...args, ...there]).outcome));

    const [list, one, listText, oneText, none] = outcomes;
    expect(JSON.parse(list!.stdout)).toMatchObject({ runs: [{ run_id, plan_id: 'good', status: 'completed' }] });
    expect(JSON.parse(one!.stdout)).toMatchObject({
      run_id,
      tasks: [
        { task_id: 'a', outputs: { x: 1 } },
        { task_id: 'b', status: 'completed' },
      ],
    });
    expect(listText!.stdout).toContain(run_id);
    expect(oneText!.stdout).toContain('completed  a (First)');
    expect(none).toEqual({ status: 2, stdout: '', stderr: 'there is no run nope\n' });
  });

  it('run ends where another has the run paused, and says how it goes on', async () => {
    using service = await startService();
    const tasks = [
      { task_id: 'a', metadata: { mock: { duration_sec: 1 } } },
      { task_id: 'b', dependencies: [{ task_id: 'a' }] },
    ];
    const begun = service.nextEvent('task.executing');
    const { outcome } = startCli(['run', writePlan(scratch(), { tasks }), '--endpoint', service.url]);
    const { run_id } = await begun;

    await startCli(['pause', run_id, '--endpoint', service.url]).outcome;

    const { status, stderr } = await outcome;
    expect(status).toBe(1);
    expect(stderr).toContain('the run is paused');
    expect(stderr).toContain(`it goes on with: npm run -s cli -- resume ${run_id} --endpoint ${service.url}\n`);
  });

  it('a run goes on after Ctrl-C', async () => {
    using service = await startService();
    const tasks = [{ task_id: 'a', metadata: { mock: { duration_sec: 3 } } }];
    const ended = service.nextEvent('run.completed');
    const { child, outcome } = startCli(['run', writePlan(scratch(), { tasks }), '--endpoint', service.url]);
    await new Promise<void>((resolve) => child.stdout!.on('data', (chunk: Buffer) => chunk.includes('executing') && resolve()));

    child.kill('SIGINT');

    const { status, stderr } = await outcome;
    const { run_id } = await ended;
    expect(status).toBe(130);
    const where = `${run_id} --endpoint ${service.url}`;
    expect(stderr).toBe(
      `\ndetached, the run goes on; see: npm run -s cli -- status ${where}\nto stop it: npm run -s cli -- cancel ${where}\n`,
    );
  });
});
