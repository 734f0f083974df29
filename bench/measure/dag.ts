import { readFileSync } from 'node:fs';

/** A node of a task graph that a contestant runs. */
export interface DagTask {
  readonly id: string;
  readonly dependencies: readonly string[];
  /** 0: does nothing. */
  readonly durationMs: number;
}

/** A task graph; dependencies stand before those that depend on them. */
export interface Dag {
  readonly name: string;
  readonly tasks: readonly DagTask[];
  /** The shortest time that it can take. */
  readonly criticalPathMs: number;
}

interface WorkloadFile {
  readonly tasks: readonly { readonly id: string; readonly deps: readonly string[]; readonly runtime_sec: number }[];
}

/**
 * A graph of bench/workloads whose tasks do nothing, or take the recorded times.
 *
 * @param criticalPathSec the recorded times are scaled so that the critical path takes so long; 0 for tasks that do nothing
 */
export function loadDag(name: string, criticalPathSec = 0): Dag {
  const text = readFileSync(new URL(`../workloads/${name}.json`, import.meta.url), 'utf8');
  const recorded = inOrder(
    (JSON.parse(text) as WorkloadFile).tasks.map(({ id, deps, runtime_sec }) => ({
      id,
      dependencies: deps,
      durationMs: runtime_sec * 1000,
    })),
  );
  const recordedMs = longestPathMs(recorded);
  const scale = (criticalPathSec * 1000) / recordedMs;
  return { name, tasks: recorded.map((task) => ({ ...task, durationMs: task.durationMs * scale })), criticalPathMs: recordedMs * scale };
}

/** The level of each task: the number of tasks before it on the longest way to it. */
export function levelsOf({ tasks }: Dag): DagTask[][] {
  const levels: DagTask[][] = [];
  const levelOf = new Map<string, number>();
  for (const task of tasks) {
    const level = task.dependencies.reduce((deepest, id) => Math.max(deepest, levelOf.get(id)! + 1), 0);
    levelOf.set(task.id, level);
    levels[level] ??= [];
    levels[level].push(task);
  }
  return levels;
}

function inOrder(tasks: readonly DagTask[]): DagTask[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const ordered = new Set<DagTask>();
  const visit = (task: DagTask): void => {
    if (ordered.has(task)) return;
    for (const id of task.dependencies) visit(byId.get(id)!);
    ordered.add(task);
  };
  for (const task of tasks) visit(task);
  return [...ordered];
}

function longestPathMs(tasks: readonly DagTask[]): number {
  const endMs = new Map<string, number>();
  for (const { id, dependencies, durationMs } of tasks) {
    endMs.set(id, dependencies.reduce((latest, dependency) => Math.max(latest, endMs.get(dependency)!), 0) + durationMs);
  }
  return Math.max(...endMs.values());
}
