import type { MachineQuotas } from '../../lib/compiler/machine-share.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { isJsonObject } from '../../lib/model/json.ts';
import type { Clock } from '../../lib/runtime/ports/clock.ts';
import type { Dispatcher } from '../../lib/runtime/ports/executors.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { type CompoundWorld, startWorld } from '../run-control/compound-world.ts';
import { SIMULATION_START } from '../simulate.ts';
import type { Played } from './played.ts';
import type { Scenario } from './scenario.ts';

/** Plays a scenario to its end, on a clock of its own. */
export async function playScenario({ plan, stored, deeds = [] }: Scenario, machineQuotas?: MachineQuotas): Promise<Played> {
  const world = await startWorld(plan, { makeDispatcher, machineQuotas, stored });
  for (const [atSec, deed] of deeds) {
    await world.clock.advanceBy((atSec - world.nowSec()) * 1000);
    await world.controls[deed](world.runId);
  }
  await world.toTheEnd();
  const events = await eventsOf(world);
  const played = {
    events,
    ends: endsOf(events),
    run: await world.statusOfRun(),
    outputs: Object.fromEntries(await world.outputs()),
    executions: world.executions.size - ownOfChildRuns(world),
  };
  await world.close();
  return played;
}

/** The mock, which takes its script from the input `mock` of a task that has one: so every item of a list has its own. */
function makeDispatcher(clock: Clock): Dispatcher {
  const mock = makeMockDispatcher(clock);
  return (dispatch) => {
    const script = dispatch.inputs.mock;
    return mock(isJsonObject(script) ? { ...dispatch, record: { ...dispatch.record, mock: script } } : dispatch);
  };
}

/** Those of the run, and those of the tasks of its child runs, whose ids begin with that of the task that is the run. */
async function eventsOf({ runId, events, store }: CompoundWorld): Promise<RunEvent[]> {
  const told: RunEvent[] = [];
  for (const event of events) {
    if (event.run_id === runId) told.push(event);
    else if (event.task_id !== undefined) {
      const { parent_task_id } = (await store.getRun(event.run_id))!;
      told.push({ ...event, task_id: `${parent_task_id}: ${event.task_id}` });
    }
  }
  return told;
}

/** How many executions are child runs, not parts of runs. */
function ownOfChildRuns({ runId, events, executions }: CompoundWorld): number {
  const children = [...new Set(events.map(({ run_id }) => run_id))].filter((id) => id !== runId);
  return [...executions].filter((arn) => children.some((id) => arn.includes(id))).length;
}

function endsOf(events: readonly RunEvent[]): Record<string, string> {
  const ends: Record<string, string> = {};
  const attempts = new Map<string, number>();
  for (const { task_id: id, type, at } of events) {
    if (id === undefined || id.endsWith('(begin)')) continue;
    if (type === 'task.executing') attempts.set(id, (attempts.get(id) ?? 0) + 1);
    const count = attempts.get(id) ?? 0;
    const second = (Date.parse(at) - SIMULATION_START) / 1000;
    ends[id] = `${type.slice('task.'.length)} ${second}${count > 1 ? `, ${count} attempts` : ''}`;
  }
  return ends;
}
