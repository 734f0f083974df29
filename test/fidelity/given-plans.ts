import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { workloadPlan } from '../workload-plan.ts';
import { loadWorkload, WORKLOADS } from '../workloads.ts';
import type { ScenarioPlan } from './scenarios.ts';

/** The plans of all examples and workloads of at most so many tasks, by their names. */
export function givenPlans(mostTasks: number): Map<string, ScenarioPlan> {
  const examples = globSync(join(import.meta.dirname, '../../examples/*/plan.json')).map(
    (file) => [basename(dirname(file)), JSON.parse(readFileSync(file, 'utf8')) as ScenarioPlan] as const,
  );
  const workloads = WORKLOADS.map((name) => [name, workloadPlan(loadWorkload(name))] as const);
  return new Map([...examples, ...workloads].filter(([, { tasks }]) => tasks.length <= mostTasks));
}
