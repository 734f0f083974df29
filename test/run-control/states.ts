import { refOf } from '../../lib/model/execution-ref.ts';
import type { ControlState } from '../../lib/runtime/control-table.ts';
import type { TaskError } from '../../lib/runtime/ports/tasks.ts';
import { totals } from '../contract/factories.ts';
import { SIMULATION_START } from '../simulate.ts';
import type { World } from './worlds.ts';

/** a -> b, one second each; `fails`: b does, in its first execution. */
const plan = ({ fails = false } = {}) => ({
  plan_id: 'two',
  tasks: [
    { task_id: 'a', metadata: { mock: { duration_sec: 1, outputs: { n: 1 } } } },
    {
      task_id: 'b',
      dependencies: [{ task_id: 'a' }],
      retry_policy: { max_retries: 0 },
      metadata: { mock: { duration_sec: 1, fail_times: fails ? 1 : 0 } },
    },
  ],
});
const STOPPED: TaskError = { code: 'E5200', message: 'the execution ended ABORTED' };
const WHILE_A_RUNS_MS = 500;

/** Brings a run into each state. @returns its id */
export const BRING: Readonly<Record<ControlState, (world: World) => Promise<string>>> = {
  queued: (world) => world.queue(plan()),
  executing: (world) => executing(world),
  pausing: async (world) => {
    const runId = await executing(world);
    await world.control('pause', runId);
    return runId;
  },
  paused: async (world) => {
    const runId = await BRING.pausing(world);
    await world.clock.runUntilIdle();
    return runId;
  },
  // by somebody who died half-way
  cancelling: async (world) => {
    const runId = await executing(world);
    await world.store.moveRun(refOf({ runId, execution: 1 }), ['executing'], 'cancelling', now(world));
    return runId;
  },
  completed: (world) => ended(world, plan()),
  failed: (world) => ended(world, plan({ fails: true })),
  interrupted: async (world) => {
    const runId = await executing(world);
    const keys = [0, 1].map((ordinal) => ({ ordinal, id: 'ab'[ordinal]!, execution: 1 }));
    await world.store.cancelTasks(runId, keys, STOPPED, now(world));
    const end = { status: 'failed', error: STOPPED, totals: await world.store.countTasks(runId), at: now(world) } as const;
    await world.store.endRun(refOf({ runId, execution: 1 }), end);
    return runId;
  },
  refused: async (world) => {
    const runId = await world.queue({ tasks: [] });
    const error = { code: 'E5200', message: 'the plan is not valid' };
    await world.store.endRun(refOf({ runId, execution: 1 }), { status: 'failed', error, totals: totals(), at: now(world) });
    return runId;
  },
  cancelled: async (world) => {
    const runId = await executing(world);
    await world.control('cancel', runId);
    await world.clock.runUntilIdle();
    return runId;
  },
};

async function executing(world: World): Promise<string> {
  const runId = await world.submit(plan());
  await world.clock.advanceBy(WHILE_A_RUNS_MS);
  return runId;
}

async function ended(world: World, input: unknown): Promise<string> {
  const runId = await world.submit(input);
  await world.clock.runUntilIdle();
  return runId;
}

function now({ clock }: World): string {
  return new Date(Math.max(SIMULATION_START, clock.now())).toISOString();
}
