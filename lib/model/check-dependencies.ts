import type { ReferenceNames } from './bindings.ts';
import type { TaskReferences } from './check-references.ts';
import { didYouMean } from './did-you-mean.ts';
import { findCycles } from './find-cycles.ts';
import { waitForAll } from './foreach-borders.ts';
import { isJsonObject, type JsonValue } from './json.ts';
import { enclosingIds, isOfItems, withoutItems } from './nested-ids.ts';
import type { Nesting } from './nesting.ts';
import type { ProblemList } from './problem-list.ts';
import type { TaskScopes } from './task-scopes.ts';
import type { TaskSketch } from './task-sketch.ts';

const NAMED_IN_CYCLE = 20;

/** Dependencies on tasks that are not there (E5302). */
export function checkKnown(tasks: readonly TaskSketch[], scopes: TaskScopes, problems: ProblemList): void {
  for (const task of tasks) {
    const names = scopes.around(task);
    for (const { id, index } of task.dependencies) {
      if (scopes.find(id, names) !== undefined) continue;
      const around = enclosingIds(id).find((each) => tasks[scopes.find(each, names) ?? -1]?.foreach !== undefined);
      const known = function* (): Iterable<string> {
        for (const each of names.byId.keys()) if (!isOfItems(each)) yield each;
        if (names.outer !== undefined) for (const each of scopes.byId.keys()) if (!isOfItems(each)) yield each;
      };
      const hint = around !== undefined ? { hint: waitForAll(around) } : problems.isLong ? {} : didYouMean(id, known());
      const path = ['tasks', task.ordinal, 'dependencies', index, 'task_id'];
      const where = task.parent === undefined ? 'of this plan' : `of ${JSON.stringify(task.parent)}, nor of what is around it`;
      problems.add('E5302', path, `${JSON.stringify(id)} is no task ${where}`, [task.id, id], hint);
    }
  }
}

/** Compounds that wait for what is in them, which waits for them (E5301). */
export function checkBorders(tasks: readonly TaskSketch[], nesting: Nesting, problems: ProblemList): void {
  nesting.tasks.forEach(({ isCompound, own }, compound) => {
    if (!isCompound) return;
    const { ordinal, id } = tasks[compound]!;
    for (const other of own) {
      if (!nesting.isWithin(other, compound)) continue;
      const inside = tasks[other]!.id;
      const message = `the compound waits for ${JSON.stringify(inside)}, which is in it`;
      problems.add('E5301', ['tasks', ordinal, 'dependencies'], message, [id, inside], { hint: 'what is made of it stands in outputs' });
    }
  });
}

/** Two dependencies must not set the same input (E5304). */
export function checkOutputKeys(tasks: readonly TaskSketch[], problems: ProblemList): void {
  for (const task of tasks) {
    const setBy = new Map<string, string>();
    for (const { id, index, outputKey } of task.dependencies) {
      if (outputKey === undefined) continue;
      const other = setBy.get(outputKey);
      setBy.set(outputKey, id);
      if (other === undefined || other === id) continue;
      const path = ['tasks', task.ordinal, 'dependencies', index, 'output_key'];
      problems.add('E5304', path, `both ${other} and ${id} set the input ${JSON.stringify(outputKey)}`, [task.id, other, id]);
    }
  }
}

/**
 * Tasks that wait for each other (E5301), through declared dependencies or bindings.
 * Each is named before the one that it waits for, then what of that no list of dependencies says.
 */
export function checkAcyclic(tasks: readonly TaskSketch[], waits: Waits, problems: ProblemList): void {
  for (const cycle of findCycles(waits.nesting.dependencies())) {
    const ids = cycle.map((place) => nameOf(tasks, place)).filter((id, i, all) => i === 0 || id !== all[i - 1]);
    const shown = ids.length > NAMED_IN_CYCLE ? [...ids.slice(0, NAMED_IN_CYCLE), `… ${ids.length - NAMED_IN_CYCLE} more …`] : ids;
    const path = [...shown, ids[0]].join(' -> ');
    const reasons = cycle.flatMap((place, i) => whyItWaits(tasks, waits, place, cycle[(i + 1) % cycle.length]!) ?? []);
    const why = reasons.length === 0 ? '' : `; ${reasons.slice(0, NAMED_IN_CYCLE).join(', ')}`;
    const what = ids.length === 1 ? 'the task waits for itself' : 'the tasks wait for each other, each for the next one';
    problems.add('E5301', ['tasks', tasks[cycle[0]!]!.ordinal, 'dependencies'], `${what}: ${path}${why}`, ids);
  }
}

/** A foreach and what stands for its items are one task to whoever wrote the plan. */
function nameOf(tasks: readonly TaskSketch[], place: number): string {
  return withoutItems(tasks[place]!.id);
}

export interface Waits {
  readonly nesting: Nesting;
  readonly references: readonly TaskReferences[];
  readonly scopes: TaskScopes;
}

/** Why one task waits for another, where that is not among its dependencies. */
function whyItWaits(tasks: readonly TaskSketch[], { nesting, references, scopes }: Waits, task: number, other: number): string | undefined {
  const dependsOnIt = (each: number): boolean =>
    tasks[each]!.dependencies.some(({ id }) => scopes.find(id, scopes.around(tasks[each]!)) === other);
  const binding = (each: number): string | undefined => {
    const { own, outputs } = references[each]!;
    const found = [...own, ...outputs].find(({ source }) => source === other);
    return found && `${nameOf(tasks, each)} binds {{${found.text}}}`;
  };
  const [name, otherName] = [nameOf(tasks, task), nameOf(tasks, other)];
  if (nesting.isWithin(other, task)) return name === otherName ? undefined : `${otherName} is in ${name}`;
  if (dependsOnIt(task)) return undefined;
  // or what it is in does, or what is done for its items
  const around: number[] = [];
  for (let at = nesting.tasks[task]!.parent; at !== undefined; at = nesting.tasks[at]!.parent) around.push(at);
  const all = [task, ...around, ...nesting.allWithin(task)];
  const bound = all.map(binding).find((found) => found !== undefined);
  const compound = around.find(dependsOnIt);
  return bound ?? (compound === undefined ? undefined : `${name} is in ${nameOf(tasks, compound)}`);
}

/** A dependency_graph that is not empty must say the same as the tasks (E5304); of those in compounds it need not say anything. */
export function checkGraph(graph: JsonValue | undefined, tasks: readonly TaskSketch[], scopes: TaskScopes, problems: ProblemList): void {
  if (!isJsonObject(graph) || Object.keys(graph).length === 0) return;
  const wholeId = (id: string, names: ReferenceNames): string => tasks[scopes.find(id, names) ?? -1]?.id ?? id;
  const byId = new Map(tasks.map((task) => [task.id, new Set(task.dependencies.map(({ id }) => wholeId(id, scopes.around(task))))]));
  for (const [taskId, listed] of Object.entries(graph)) {
    if (!Array.isArray(listed)) continue; // the schema says so
    const path = ['dependency_graph', taskId];
    const declared = byId.get(taskId);
    if (declared === undefined) {
      problems.add(
        'E5304',
        path,
        `${JSON.stringify(taskId)} is no task of this plan`,
        [taskId],
        problems.isLong ? {} : didYouMean(taskId, byId.keys()),
      );
      continue;
    }
    const names = scopes.around(tasks[scopes.byId.get(taskId)!]!);
    const named = listed.filter((id) => typeof id === 'string').map((id) => wholeId(id, names));
    const inGraph = new Set(named);
    const missing = [...declared].filter((id) => !inGraph.has(id));
    const extra = named.filter((id) => !declared.has(id));
    if (missing.length > 0) problems.add('E5304', path, `lacks ${missing.join(', ')}, on which the task depends`, [taskId, ...missing]);
    if (extra.length > 0) problems.add('E5304', path, `lists ${extra.join(', ')}, on which the task does not depend`, [taskId, ...extra]);
  }
  for (const { id, parent } of tasks) {
    if (parent === undefined && byId.get(id)!.size > 0 && !Object.hasOwn(graph, id)) {
      problems.add('E5304', ['dependency_graph'], `lacks ${JSON.stringify(id)}, which has dependencies`, [id]);
    }
  }
}
