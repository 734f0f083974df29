import { expect, it } from 'vitest';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { closeMark, isAlive, openMark } from '../../lib/local/process-mark.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
import { at, newRun, runSpec, task } from '../contract/factories.ts';

const DAY_SEC = 24 * 60 * 60;

async function leftRun() {
  const { store, runtime } = new LocalPlatform({ clock: new VirtualClock(Date.parse(at(DAY_SEC)), 'manual') });
  await store.createRun(newRun('run', { machine: 'm' }), runSpec(3));
  await store.startRun('run', at(1));
  await store.claimTask('run', task(0), 1, at(2));
  await store.completeTask('run', task(0), 1, {}, at(5));
  await store.claimTask('run', task(1), 1, at(6));
  return { store, runtime };
}

it('a run whose process is gone took no time since it was last heard of', async () => {
  const { store, runtime } = await leftRun();

  await settleRun(runtime, 'run', { reason: 'the process that ran it has ended', dead: true });

  expect(await store.getRun('run')).toMatchObject({ status: 'failed', error: { code: 'E5200' }, completed_at: at(6) });
  expect((await store.listTasks('run')).map(({ status }) => status)).toEqual(['completed', 'cancelled', 'cancelled']);
  const { order } = (await store.getControl('run'))!;
  await store.reopenRun('run', ['failed'], { ...order, mode: 'resume' }, at(DAY_SEC));
  await store.planRun('run/2', { plan_id: 'plan', goal_id: null, machine: 'm' }, runSpec(3));
  await store.startRun('run/2', at(DAY_SEC));
  // five seconds of its time are gone
  expect((await store.readTasks('run', [], [])).run?.timed_from).toBe(at(DAY_SEC - 5));
});

it('a run that is being paused is paused although an attempt has not ended whose process is gone', async () => {
  const { store, runtime } = await leftRun();
  await store.moveRun('run', ['executing'], 'pausing', at(7));

  await settleRun(runtime, 'run', { reason: 'the process that ran it has ended', dead: true });

  expect(await store.getRun('run')).toMatchObject({ status: 'paused' });
});

it('a process is told from one that had its number before', () => {
  const mark = openMark();

  expect(isAlive(mark)).toBe(true);
  expect(isAlive(`p${process.pid}-00000000.`)).toBe(false);
  expect(isAlive(`p${process.ppid}-00000000.`)).toBe(true);
  expect(isAlive('p0-00000000.')).toBe(false);
  closeMark(mark);
  expect(isAlive(mark)).toBe(false);
});
