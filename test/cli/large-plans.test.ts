import { describe, expect, it } from 'vitest';
import { cli, scratch, startCli, writePlan } from './command-line.ts';
import { startService } from './start-service.ts';

const MIB = 1024 * 1024;

/** a -> b; `megabytes` in all. */
function largePlan(megabytes: number, b: object = {}) {
  const description = 'x'.repeat((megabytes * MIB) / 100);
  const filler = Array.from({ length: 100 }, (_, n) => ({ task_id: `t${n}`, description }));
  return { plan_id: 'large', tasks: [{ task_id: 'a' }, { task_id: 'b', dependencies: [{ task_id: 'a' }], ...b }, ...filler] };
}

/** 6 MB are uploaded, 13 MB are compiled later besides. */
describe.each([6, 13])('a plan of %i MB on a deployment', (megabytes) => {
  it('is run', async () => {
    using service = await startService();
    const path = writePlan(scratch(), largePlan(megabytes));

    const { status, stdout, stderr } = await startCli(['run', path, '--json', '--endpoint', service.url]).outcome;

    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ plan_id: 'large', status: 'completed', completed_tasks: 102 });
  });

  it('is compiled', async () => {
    using service = await startService();
    const path = writePlan(scratch(), largePlan(megabytes));
    const here = cli(['compile', path, '--json']);

    const there = await startCli(['compile', path, '--json', '--endpoint', service.url]).outcome;

    expect(there).toMatchObject({ status: 0, stdout: here.stdout });
  });

  it.each([[[]], [['--json']]])('is refused as on this machine where it is not valid %j', async (flags) => {
    using service = await startService();
    const path = writePlan(scratch(), largePlan(megabytes, { colour: 'red', priority: 'high' }));
    const { status, stdout, stderr } = cli(['run', path, ...flags]);

    const there = await startCli(['run', path, ...flags, '--endpoint', service.url]).outcome;

    expect(there).toEqual({ status, stdout, stderr });
    expect(status).toBe(2);
  });
});
