import type { RunSpec } from '../model/task-record.ts';
import type { Demand } from './ports.ts';

const known = new WeakMap<RunSpec, readonly Demand[]>();

/** The pools that a task takes places in; none for one that needs no place. */
export function demandOf({ tasks, pools }: RunSpec, ordinal: number): Demand {
  return (tasks[ordinal]!.gate?.pools ?? []).map((pool) => ({ pool, limit: pools[pool]! }));
}

/** Every demand that tasks of the run have, each once. */
export function demandsOf(spec: RunSpec): readonly Demand[] {
  let demands = known.get(spec);
  if (demands === undefined) {
    const found = new Map(spec.tasks.map(({ ordinal, gate }) => [JSON.stringify(gate?.pools), ordinal]));
    demands = [...found.values()].map((ordinal) => demandOf(spec, ordinal)).filter((demand) => demand.length > 0);
    known.set(spec, demands);
  }
  return demands;
}

/** Every pool that tasks of the run take places in. */
export function poolsOf(spec: RunSpec): string[] {
  return [...new Set(demandsOf(spec).flatMap((demand) => demand.map(({ pool }) => pool)))];
}
