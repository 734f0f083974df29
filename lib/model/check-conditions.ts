import { conditionError } from './condition-syntax.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { MAX_CONDITION_LENGTH } from './plan.ts';
import type { PathStep } from './problem.ts';
import type { ProblemList } from './problem-list.ts';
import { own, stringOf } from './task-sketch.ts';

/** Conditions where none is asked (E5600), missing ones (E5600), ones that are too long (E5604) or no JSONata (E5402). */
export function checkConditions(tasks: readonly JsonValue[], problems: ProblemList): void {
  tasks.forEach((task, ordinal) => {
    const dependencies = isJsonObject(task) ? own(task, 'dependencies') : undefined;
    if (!Array.isArray(dependencies)) return;
    const id = stringOf(task as JsonObject, 'task_id');
    dependencies.forEach((dependency, index) => {
      if (isJsonObject(dependency)) check(dependency, ['tasks', ordinal, 'dependencies', index], id === undefined ? [] : [id], problems);
    });
  });
}

function check(dependency: JsonObject, path: readonly PathStep[], taskIds: readonly string[], problems: ProblemList): void {
  const at = [...path, 'condition'];
  const isConditional = own(dependency, 'dependency_type') === 'conditional';
  const condition = own(dependency, 'condition') ?? null;
  if (!isConditional) {
    if (condition === null) return;
    const hint = { hint: 'write "dependency_type": "conditional"' };
    problems.add('E5600', at, 'only a conditional dependency has a condition', taskIds, hint);
  } else if (condition === null || (typeof condition === 'string' && condition.trim() === '')) {
    const hint = { hint: 'write JSONata over {outputs, context}, such as "outputs.count > 0"' };
    problems.add('E5600', at, 'a conditional dependency needs a condition', taskIds, hint);
  } else if (typeof condition === 'string') checkText(condition, at, taskIds, problems);
}

function checkText(condition: string, at: readonly PathStep[], taskIds: readonly string[], problems: ProblemList): void {
  if (condition.length > MAX_CONDITION_LENGTH) {
    problems.add('E5604', at, `a condition has at most ${MAX_CONDITION_LENGTH} characters, not ${condition.length}`, taskIds);
    return;
  }
  if (problems.isLong) return;
  const error = conditionError(condition);
  if (error === undefined) return;
  const where = error.position === undefined ? '' : ` at character ${error.position}`;
  problems.add('E5402', at, `the condition is not JSONata${where}: ${error.message}`, taskIds);
}
