import {
  type BindingReference,
  BindingSyntaxError,
  parseReference,
  parseTemplate,
  type ReferenceNames,
  UnknownReferenceError,
} from './bindings.ts';
import { MissingCompoundOutputError, throughCompounds } from './compound-references.ts';
import { didYouMean } from './did-you-mean.ts';
import type { JsonValue } from './json.ts';
import { isOfItems } from './nested-ids.ts';
import type { PathStep } from './problem.ts';
import type { ProblemList } from './problem-list.ts';
import type { TaskScopes } from './task-scopes.ts';
import type { TaskSketch } from './task-sketch.ts';

const HOW_TO_ESCAPE = { hint: 'write \\{{ where the braces themselves are meant' };

/** What a task binds. */
export interface TaskReferences {
  /** In its inputs and its prompt; of a foreach in its list. */
  readonly own: BindingReference[];
  /** In what a compound puts out, which its subtasks have made. */
  readonly outputs: BindingReference[];
}

/** The bindings of a task; what is wrong with them is added to the problems (E5402). */
export function readBindings(task: TaskSketch, tasks: readonly TaskSketch[], scopes: TaskScopes, problems: ProblemList): TaskReferences {
  const reading = { task, tasks, scopes, problems };
  const own = new TemplateReader(reading, scopes.around(task));
  own.read(task.inputs, ['inputs']);
  if (task.prompt !== null) own.read(task.prompt, ['llm_prompt']);
  if (task.foreach !== undefined) own.read(task.foreach, ['foreach']);
  if (task.outputs === undefined || task.runsPlan) return { own: own.found, outputs: [] };
  return { own: own.found, outputs: readTemplates(reading, scopes.within(task.id), task.outputs, ['outputs']) };
}

/** The bindings of a template of a task, whose names are those of `tasks`; what is wrong with them is added to the problems (E5402). */
export function readTemplates(reading: Reading, names: ReferenceNames, template: JsonValue, at: readonly PathStep[]): BindingReference[] {
  const reader = new TemplateReader(reading, names);
  reader.read(template, at);
  return reader.found;
}

export interface Reading {
  readonly task: TaskSketch;
  readonly tasks: readonly TaskSketch[];
  readonly scopes: TaskScopes;
  readonly problems: ProblemList;
}

class TemplateReader {
  readonly found: BindingReference[] = [];
  readonly #reading: Reading;
  readonly #names: ReferenceNames;

  constructor(reading: Reading, names: ReferenceNames) {
    this.#reading = reading;
    this.#names = names;
  }

  read(value: JsonValue, at: readonly PathStep[]): void {
    if (typeof value === 'string') this.#readText(value, at);
    else if (Array.isArray(value)) for (const [i, item] of value.entries()) this.read(item, [...at, i]);
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) this.read(item, [...at, key]);
  }

  #readText(text: string, at: readonly PathStep[]): void {
    if (!text.includes('{{')) return;
    const { task, tasks, scopes, problems } = this.#reading;
    try {
      for (const part of parseTemplate(text)) {
        if ('reference' in part) this.found.push(throughCompounds(parseReference(part.reference, this.#names), tasks, scopes));
      }
    } catch (error) {
      if (!(error instanceof BindingSyntaxError)) throw error;
      problems.add('E5402', ['tasks', task.ordinal, ...at], error.message, [task.id], this.#hintFor(error));
    }
  }

  #hintFor(error: BindingSyntaxError): { hint?: string } {
    if (error instanceof MissingCompoundOutputError) return { hint: error.hint };
    if (!(error instanceof UnknownReferenceError) || this.#reading.problems.isLong) return HOW_TO_ESCAPE;
    const candidates = new Set<string>();
    for (let scope: ReferenceNames | undefined = this.#names; scope !== undefined; scope = scope.outer) {
      for (const name of [...scope.byId.keys(), ...scope.byName.keys()]) candidates.add(name);
    }
    const meant = didYouMean(
      error.reference,
      [...candidates].filter((id) => !isOfItems(id)),
    );
    return meant.hint === undefined ? HOW_TO_ESCAPE : { hint: meant.hint };
  }
}
