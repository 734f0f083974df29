import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { ResourceBudget, Task } from './plan.ts';
import { type PathStep, writePath } from './problem.ts';
import type { ProblemList } from './problem-list.ts';
import { own } from './task-sketch.ts';

type Says = (value: JsonValue) => boolean;

const isGiven: Says = (value) => value !== null;
const isFilled: Says = (value) => (Array.isArray(value) ? value.length > 0 : isJsonObject(value) && Object.keys(value).length > 0);
const isOther =
  (usual: JsonValue): Says =>
  (value) =>
    value !== null && value !== usual && typeof value === typeof usual;

/** Fields of a task, and when they say what this version does not do. */
const OF_A_TASK: readonly (readonly [field: string, says: Says])[] = [
  ['task_type', (value) => value === 'compound'],
  ['subtasks', isFilled],
  ['foreach', isGiven],
  ['max_concurrency', isGiven],
  ['tolerated_failures', isGiven],
  ['trigger_rule', isOther('all_success')],
  ['resources', isGiven],
];
const OF_A_DEPENDENCY: typeof OF_A_TASK = [
  ['dependency_type', (value) => value === 'conditional'],
  ['condition', isGiven],
];
const OF_A_PLAN: typeof OF_A_TASK = [['on_failure', isOther('continue')]];

/** Refuses by name what plans may say but this version does not do: nothing is ignored in silence (E5605). */
export function refuseUnsupported(problems: ProblemList, plan: JsonObject, tasks: readonly JsonValue[]): void {
  const refuse = (object: JsonObject, fields: typeof OF_A_TASK, path: readonly PathStep[], taskIds: readonly string[]): void => {
    for (const [field, says] of fields) {
      const value = own(object, field);
      if (value === undefined || !says(value)) continue;
      const what = typeof value === 'string' ? `${field} ${JSON.stringify(value)}` : field;
      problems.add('E5605', [...path, field], `${what} is not supported yet`, taskIds);
    }
  };

  refuse(plan, OF_A_PLAN, [], []);
  tasks.forEach((task, ordinal) => {
    if (!isJsonObject(task)) return;
    const id = own(task, 'task_id');
    const ids = typeof id === 'string' ? [id] : [];
    refuse(task, OF_A_TASK, ['tasks', ordinal], ids);
    const dependencies = own(task, 'dependencies');
    if (!Array.isArray(dependencies)) return;
    dependencies.forEach((dependency, i) => {
      if (isJsonObject(dependency)) refuse(dependency, OF_A_DEPENDENCY, ['tasks', ordinal, 'dependencies', i], ids);
    });
  });
}

/** What a plan says that has no effect. */
export function warningsOf(budget: ResourceBudget | null, tasks: readonly Task[]): string[] {
  return [...budgetWarnings(budget), ...outputKeyWarnings(tasks)];
}

/** Only data dependencies set an input. */
function outputKeyWarnings(tasks: readonly Task[]): string[] {
  const paths = tasks.flatMap(({ dependencies }, ordinal) =>
    dependencies.flatMap(({ dependency_type, output_key }, i) =>
      output_key !== null && dependency_type !== 'data' ? [writePath(['tasks', ordinal, 'dependencies', i, 'output_key'])] : [],
    ),
  );
  if (paths.length === 0) return [];
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return [`${paths[0]}${more}: no input is set, since the dependency_type is not "data"`];
}

/** What a resource_budget says that is not held to. */
function budgetWarnings(budget: ResourceBudget | null): string[] {
  if (budget === null) return [];
  const { max_parallel_tasks: _, ...amounts } = budget;
  const given = Object.entries(amounts).flatMap(([name, amount]) => (amount === null ? [] : [name]));
  return given.length === 0 ? [] : [`resource_budget: ${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} not enforced yet`];
}
