import { readdirSync, readFileSync } from 'node:fs';

export interface WorkloadTask {
  readonly id: string;
  readonly name: string;
  readonly deps: readonly string[];
  readonly runtime_sec: number;
}

/** A task graph from a real system; `source` says which. */
export interface Workload {
  readonly name: string;
  readonly source: string;
  readonly domain: string;
  readonly tasks: readonly WorkloadTask[];
}

const FOLDER = new URL('../bench/workloads/', import.meta.url);

/** The names of all workloads under bench/workloads. */
export const WORKLOADS: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

export function loadWorkload(name: string): Workload {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Workload;
}

/** Per task, by its place in the workload, the places of its dependencies. */
export function dependenciesOf({ tasks }: Workload): number[][] {
  const ordinals = new Map(tasks.map((task, ordinal) => [task.id, ordinal]));
  return tasks.map((task) => task.deps.map((id) => ordinals.get(id)!));
}
