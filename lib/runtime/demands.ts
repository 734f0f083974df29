import type { RunSpec, TaskRecord } from '../model/task-record.ts';
import type { Demand, Place } from './ports/places.ts';

interface Known {
  readonly demands: readonly Demand[];
  readonly places: readonly Place[];
  readonly sharedPools: readonly string[];
}

const known = new WeakMap<RunSpec, Known>();

/** The places that a task takes; none for one that needs none. */
export function demandOf({ tasks, pools }: RunSpec, ordinal: number): Demand {
  return demandOfTask(tasks[ordinal]!, pools);
}

function demandOfTask({ gate }: TaskRecord, pools: RunSpec['pools']): Demand {
  if (gate === undefined) return [];
  const own = gate.pools.map((pool): Place => ({ pool, limit: pools[pool]! }));
  return gate.sharedPool === undefined ? own : [...own, { pool: gate.sharedPool, limit: 'shared' }];
}

/** Every demand that tasks of the run have, each once. */
export function demandsOf(spec: RunSpec): readonly Demand[] {
  return knownOf(spec).demands;
}

/** Every place that tasks of the run take, each once. */
export function placesOf(spec: RunSpec): readonly Place[] {
  return knownOf(spec).places;
}

/** The shared pools that tasks of the run take places in. */
export function sharedPoolsOf(spec: RunSpec): readonly string[] {
  return knownOf(spec).sharedPools;
}

export function isShared({ limit }: Place): boolean {
  return limit === 'shared';
}

function knownOf(spec: RunSpec): Known {
  let all = known.get(spec);
  if (all === undefined) {
    const kinds = new Map(withTemplates(spec.tasks).map((task) => [JSON.stringify([task.gate?.pools, task.gate?.sharedPool]), task]));
    const demands = [...kinds.values()].map((task) => demandOfTask(task, spec.pools)).filter((demand) => demand.length > 0);
    const places = [...new Map(demands.flat().map((place) => [JSON.stringify(place), place])).values()];
    all = { demands, places, sharedPools: places.filter(isShared).map(({ pool }) => pool) };
    known.set(spec, all);
  }
  return all;
}

/** Also the tasks of items that are not there yet: others may have made them since, and they wait for the same places. */
function withTemplates(tasks: readonly TaskRecord[]): readonly TaskRecord[] {
  const templates = tasks.flatMap(({ foreach }) => withTemplates(foreach?.template ?? []));
  return templates.length === 0 ? tasks : [...tasks, ...templates];
}
