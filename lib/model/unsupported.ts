import type { ResourceBudget, Task } from './plan.ts';
import { type PathStep, writePath } from './problem.ts';

/** What a plan says that has no effect. */
export function warningsOf(
  budget: ResourceBudget | null,
  tasks: readonly Pick<Task, 'dependencies'>[],
  pathOf: (ordinal: number) => readonly PathStep[],
): string[] {
  return [...budgetWarnings(budget), ...outputKeyWarnings(tasks, pathOf)];
}

/** Only data dependencies set an input. */
function outputKeyWarnings(tasks: readonly Pick<Task, 'dependencies'>[], pathOf: (ordinal: number) => readonly PathStep[]): string[] {
  const paths = tasks.flatMap(({ dependencies }, ordinal) =>
    dependencies.flatMap(({ dependency_type, output_key }, i) =>
      output_key !== null && dependency_type !== 'data' ? [writePath([...pathOf(ordinal), 'dependencies', i, 'output_key'])] : [],
    ),
  );
  if (paths.length === 0) return [];
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return [`${paths[0]}${more}: no input is set, since the dependency_type is not "data"`];
}

const NOT_ENFORCED = ['max_disk_mb', 'max_network_mb'] as const satisfies readonly (keyof ResourceBudget)[];

/** What a resource_budget says that is not held to. */
function budgetWarnings(budget: ResourceBudget | null): string[] {
  const given = NOT_ENFORCED.filter((name) => (budget?.[name] ?? null) !== null);
  return given.length === 0
    ? []
    : [
        `resource_budget: ${given.join(', ')} ${given.length === 1 ? 'is not held to: nothing measures it' : 'are not held to: nothing measures them'}`,
      ];
}
