import { describe, expect, it } from 'vitest';
import {
  CONTROL_STATES,
  CONTROL_TABLE,
  CONTROLS,
  type Control,
  type ControlState,
  controlStateOf,
} from '../../lib/runtime/control-table.ts';
import { BRING } from './states.ts';
import { apiWorld, classWorld, type World } from './worlds.ts';

const PARTICIPLE = { cancel: 'cancelled', pause: 'paused', resume: 'resumed', retry: 'retried' } as const;

const CELLS = CONTROL_STATES.flatMap((state) => CONTROLS.map((control) => [control, state] as const));

/** All that is known of a run. */
async function everything({ store }: World, runId: string): Promise<unknown> {
  return {
    run: await store.getRun(runId),
    control: await store.getControl(runId),
    tasks: await store.listTasks(runId),
    events: await store.listEvents(runId, 0, 1000),
  };
}

async function stateIn({ store }: World, runId: string): Promise<ControlState> {
  return controlStateOf((await store.getControl(runId))!);
}

/** How the run stands once nothing more happens by itself. */
function atLast(control: Control, state: ControlState): ControlState {
  if (control === 'cancel') return 'cancelled';
  return control === 'pause' ? 'paused' : state === 'queued' ? 'executing' : 'completed';
}

describe.each([
  ['the API', apiWorld],
  ['the class', classWorld],
])('a caller of %s', (_, makeWorld) => {
  it.each(CELLS)('may %s a run that is %s, or not', async (control, state) => {
    const world = makeWorld();
    const runId = await BRING[state](world);
    expect(await stateIn(world, runId)).toBe(state);
    const before = await everything(world, runId);
    const { status, execution } = (await world.store.getRun(runId))!;
    const outcome = CONTROL_TABLE[state][control];

    const told = await world.control(control, runId);

    if ('refused' in outcome) {
      expect(told).toEqual({ refused: status, why: `run ${runId} cannot be ${PARTICIPLE[control]}: ${outcome.refused}` });
      expect(await everything(world, runId)).toEqual(before);
    } else if ('nothing' in outcome && state !== 'cancelling') {
      expect(told).toEqual({ status, execution });
      expect(await everything(world, runId)).toEqual(before);
    } else {
      // who finds a run half-way cancelled brings it to its end
      const then = 'then' in outcome ? outcome.then : 'cancelled';
      const isDraining = state === 'executing' && control === 'pause';
      const goesOn = control === 'resume' || control === 'retry';
      expect(told).toEqual({ status: isDraining ? 'pausing' : then, execution: goesOn ? execution + 1 : execution });
      await world.clock.runUntilIdle();
      expect(await stateIn(world, runId)).toBe(atLast(control, state));
    }
  });

  it.each(CONTROLS)('cannot %s a run that is not there', async (control) => {
    await expect(makeWorld().control(control, 'nope')).rejects.toThrow('there is no');
  });
});

it('is 404 of the API where there is no such run', async () => {
  for (const control of CONTROLS) await expect(apiWorld().control(control, 'nope')).rejects.toThrow(/^404 /);
});
