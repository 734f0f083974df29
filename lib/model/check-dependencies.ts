import { didYouMean } from './did-you-mean.ts';
import { findCycles } from './find-cycles.ts';
import type { Task } from './plan.ts';
import type { ProblemList } from './problem-list.ts';

const NAMED_IN_CYCLE = 20;

/** Dependencies on tasks that are not there (E5302). `known` also has the ids of tasks that are wrong in other ways. */
export function checkKnown(tasks: ReadonlyMap<number, Task>, known: ReadonlySet<string>, problems: ProblemList): void {
  for (const [ordinal, task] of tasks) {
    task.dependencies.forEach(({ task_id }, i) => {
      if (known.has(task_id)) return;
      const hint = problems.isLong ? {} : didYouMean(task_id, known);
      const path = ['tasks', ordinal, 'dependencies', i, 'task_id'];
      problems.add('E5302', path, `${JSON.stringify(task_id)} is no task of this plan`, [task.task_id, task_id], hint);
    });
  }
}

/** Tasks that wait for each other (E5301), through declared dependencies or bindings. */
export function checkAcyclic(tasks: readonly Task[], dependencies: readonly (readonly number[])[], problems: ProblemList): void {
  for (const cycle of findCycles(dependencies)) {
    const ids = cycle.map((ordinal) => tasks[ordinal]!.task_id);
    const shown = ids.length > NAMED_IN_CYCLE ? [...ids.slice(0, NAMED_IN_CYCLE), `… ${ids.length - NAMED_IN_CYCLE} more …`] : ids;
    const path = `${[...shown, ids[0]].join(' -> ')}`;
    const message = ids.length === 1 ? `the task depends on itself: ${path}` : `the tasks depend on each other: ${path}`;
    problems.add('E5301', ['tasks', cycle[0]!, 'dependencies'], message, ids);
  }
}

/** A dependency_graph that is not empty must say the same as the tasks (E5304). */
export function checkGraph(graph: Readonly<Record<string, readonly string[]>>, tasks: readonly Task[], problems: ProblemList): void {
  const entries = Object.entries(graph);
  if (entries.length === 0) return;
  const byId = new Map(tasks.map((task) => [task.task_id, new Set(task.dependencies.map((dependency) => dependency.task_id))]));
  for (const [taskId, listed] of entries) {
    const path = ['dependency_graph', taskId];
    const declared = byId.get(taskId);
    if (declared === undefined) {
      problems.add('E5304', path, `${JSON.stringify(taskId)} is no task of this plan`, [taskId], didYouMean(taskId, byId.keys()));
      continue;
    }
    const missing = [...declared].filter((id) => !listed.includes(id));
    const extra = listed.filter((id) => !declared.has(id));
    if (missing.length > 0) problems.add('E5304', path, `lacks ${missing.join(', ')}, on which the task depends`, [taskId, ...missing]);
    if (extra.length > 0) problems.add('E5304', path, `lists ${extra.join(', ')}, on which the task does not depend`, [taskId, ...extra]);
  }
  for (const [taskId, declared] of byId) {
    if (declared.size > 0 && !Object.hasOwn(graph, taskId)) {
      problems.add('E5304', ['dependency_graph'], `lacks ${JSON.stringify(taskId)}, which has dependencies`, [taskId]);
    }
  }
}
