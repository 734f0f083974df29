import {
  type BindingReference,
  BindingSyntaxError,
  parseReference,
  parseTemplate,
  type ReferenceNames,
  UnknownReferenceError,
} from './bindings.ts';
import { didYouMean } from './did-you-mean.ts';
import type { JsonValue } from './json.ts';
import type { Task } from './plan.ts';
import type { PathStep } from './problem.ts';
import type { ProblemList } from './problem-list.ts';

/** The bindings in a task's inputs and prompt; what is wrong with them is added to the problems (E5402). */
export function readBindings(task: Task, path: readonly PathStep[], names: ReferenceNames, problems: ProblemList): BindingReference[] {
  const found: BindingReference[] = [];
  const readText = (text: string, at: readonly PathStep[]): void => {
    if (!text.includes('{{')) return;
    try {
      for (const part of parseTemplate(text)) if ('reference' in part) found.push(parseReference(part.reference, names));
    } catch (error) {
      if (!(error instanceof BindingSyntaxError)) throw error;
      const hint =
        error instanceof UnknownReferenceError && !problems.isLong
          ? didYouMean(error.reference, [...names.byId.keys(), ...names.byName.keys()])
          : { hint: 'write \\{{ where the braces themselves are meant' };
      problems.add(
        'E5402',
        at,
        error.message,
        [task.task_id],
        'hint' in hint ? hint : { hint: 'write \\{{ where the braces themselves are meant' },
      );
    }
  };
  const walk = (value: JsonValue, at: readonly PathStep[]): void => {
    if (typeof value === 'string') readText(value, at);
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) walk(item, [...at, i]);
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) walk(item, [...at, key]);
  };
  walk(task.inputs, [...path, 'inputs']);
  if (task.llm_prompt !== null) readText(task.llm_prompt, [...path, 'llm_prompt']);
  return found;
}

/** Ids and names by which bindings may refer to tasks. */
export function referenceNames(tasks: readonly Task[]): ReferenceNames {
  const byId = new Map<string, number>();
  const byName = new Map<string, number[]>();
  tasks.forEach((task, ordinal) => {
    byId.set(task.task_id, ordinal);
    const same = byName.get(task.name);
    if (same === undefined) byName.set(task.name, [ordinal]);
    else same.push(ordinal);
  });
  return { byId, byName };
}
