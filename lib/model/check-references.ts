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
import type { PathStep } from './problem.ts';
import type { ProblemList } from './problem-list.ts';
import type { TaskSketch } from './task-sketch.ts';

const HOW_TO_ESCAPE = { hint: 'write \\{{ where the braces themselves are meant' };

/** The bindings in a task's inputs and prompt; what is wrong with them is added to the problems (E5402). */
export function readBindings(task: TaskSketch, names: ReferenceNames, problems: ProblemList): BindingReference[] {
  const found: BindingReference[] = [];
  const readText = (text: string, at: readonly PathStep[]): void => {
    if (!text.includes('{{')) return;
    try {
      for (const part of parseTemplate(text)) if ('reference' in part) found.push(parseReference(part.reference, names));
    } catch (error) {
      if (!(error instanceof BindingSyntaxError)) throw error;
      problems.add('E5402', at, error.message, [task.id], hintFor(error, names, problems));
    }
  };
  const walk = (value: JsonValue, at: readonly PathStep[]): void => {
    if (typeof value === 'string') readText(value, at);
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) walk(item, [...at, i]);
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) walk(item, [...at, key]);
  };
  walk(task.inputs, ['tasks', task.ordinal, 'inputs']);
  if (task.prompt !== null) readText(task.prompt, ['tasks', task.ordinal, 'llm_prompt']);
  return found;
}

function hintFor(error: BindingSyntaxError, names: ReferenceNames, problems: ProblemList): { hint: string } {
  if (!(error instanceof UnknownReferenceError) || problems.isLong) return HOW_TO_ESCAPE;
  const meant = didYouMean(error.reference, new Set([...names.byId.keys(), ...names.byName.keys()]));
  return meant.hint === undefined ? HOW_TO_ESCAPE : { hint: meant.hint };
}

/** Ids and names by which bindings may refer to tasks, with their places in `tasks`. */
export function referenceNames(tasks: readonly TaskSketch[]): ReferenceNames {
  const byId = new Map<string, number>();
  const byName = new Map<string, number[]>();
  tasks.forEach(({ id, name }, place) => {
    byId.set(id, place);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [place]);
    else same.push(place);
  });
  return { byId, byName };
}
