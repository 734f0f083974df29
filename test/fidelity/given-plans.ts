import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { workloadPlan } from '../workload-plan.ts';
import { loadWorkload, WORKLOADS } from '../workloads.ts';
import type { ScenarioPlan } from './scenarios.ts';

/** The plans of all examples and workloads of at most so many tasks, by their names, the largest first: they are not what is waited for in the end. */
export function givenPlans(mostTasks: number): Map<string, ScenarioPlan> {
  const examples = globSync(join(import.meta.dirname, '../../examples/*/plan.json')).map(
    (file) => [basename(dirname(file)), JSON.parse(readFileSync(file, 'utf8')) as ScenarioPlan] as const,
  );
  const workloads = WORKLOADS.map((name) => [name, workloadPlan(loadWorkload(name))] as const);
  const few = [...examples, ...workloads].filter(([, { tasks }]) => tasks.length <= mostTasks);
  return new Map(few.sort(([, a], [, b]) => b.tasks.length - a.tasks.length));
}
