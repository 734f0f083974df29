import type { z } from 'zod';
import type { planSchema, taskSchema } from './plan.ts';
import type { PathStep } from './problem.ts';
import type { ProblemList } from './problem-list.ts';

/** Refuses by name what plans may say but this version does not do: nothing is ignored in silence. */
export function refuseUnsupportedTask(problems: ProblemList, task: z.output<typeof taskSchema>, path: readonly PathStep[]): void {
  const refuse = (field: PathStep[], what: string): void =>
    problems.add('E5605', [...path, ...field], `${what} is not supported yet`, [task.task_id]);

  if (task.task_type === 'compound') refuse(['task_type'], 'task_type "compound"');
  if (task.subtasks.length > 0) refuse(['subtasks'], 'subtasks');
  for (const field of ['foreach', 'max_concurrency', 'tolerated_failures'] as const) {
    if (task[field] !== undefined && task[field] !== null) refuse([field], field);
  }
  if (task.trigger_rule !== 'all_success') refuse(['trigger_rule'], `trigger_rule "${task.trigger_rule}"`);
  if (task.pool !== null) refuse(['pool'], 'pool');
  if (task.priority !== 0) refuse(['priority'], 'priority');
  if (task.resources !== null) refuse(['resources'], 'resources');
  task.dependencies.forEach((dependency, i) => {
    if (dependency.dependency_type === 'conditional') refuse(['dependencies', i, 'dependency_type'], 'dependency_type "conditional"');
    if (dependency.condition !== null) refuse(['dependencies', i, 'condition'], 'condition');
  });
}

export function refuseUnsupportedPlan(problems: ProblemList, plan: z.output<typeof planSchema>): void {
  if (Object.keys(plan.pools).length > 0) problems.add('E5605', ['pools'], 'pools is not supported yet');
  if (plan.on_failure !== 'continue') problems.add('E5605', ['on_failure'], `on_failure "${plan.on_failure}" is not supported yet`);
}

/** What a resource_budget says that is not held to. */
export function budgetWarnings(budget: z.output<typeof planSchema>['resource_budget']): string[] {
  if (budget === null) return [];
  const { max_parallel_tasks: _, ...amounts } = budget;
  const given = Object.entries(amounts).flatMap(([name, amount]) => (amount === null ? [] : [name]));
  return given.length === 0 ? [] : [`resource_budget: ${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} not enforced yet`];
}
