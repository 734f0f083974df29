import type { BindingReference } from './bindings.ts';
import { blocking } from './blocking.ts';
import { compoundsWithBegin } from './compounds-with-begin.ts';
import type { DeclaredForeach, DeclaredTask } from './declared-task.ts';
import { type BoundInputs, type HandedInputs, handedIntoForeach, inputsToHand, withHandedInputs } from './hand-down-inputs.ts';
import { beginId } from './nested-ids.ts';
import type { Nesting } from './nesting.ts';
import { type Dependency, type ForeachFacts, MAX_FLAT_RETRIES, type OnFailure, type Resources, SUBTASKS_RULE, type Task } from './plan.ts';
import { hasRule, hasRuleOrCondition, RULE_FACTS } from './task-rules.ts';

export interface FlatTasks {
  readonly tasks: readonly Task[];
  /** Per task the bindings in its inputs and its prompt. */
  readonly bindings: readonly (readonly BindingReference[])[];
}

/** What a compound has that holds for its subtasks where they do not say otherwise. */
interface Handed {
  readonly inputs: HandedInputs;
  readonly priority: number;
  readonly pool: string | null;
  readonly resources: Resources | null;
  /** How often a subtask may be attempted for each time that it may be by itself. */
  readonly rounds: number;
  readonly timeoutSec: number;
  /** Pools of every foreach around. */
  readonly itemPools: readonly string[];
}

const NOTHING: Handed = {
  inputs: new Map(),
  priority: 0,
  pool: null,
  resources: null,
  rounds: 1,
  timeoutSec: Number.POSITIVE_INFINITY,
  itemPools: [],
};

/** Seconds for a compound to begin or to end: nobody carries that out. */
const STEP_TIMEOUT_SEC = 60;

/**
 * Makes plain tasks of a plan with compounds: in the place of a compound comes its end, which depends on all its subtasks, and a task before
 * them where there is something to wait for that they could not wait for each by itself. Those come after all others, so that every task
 * that the plan has keeps its place.
 *
 * Invariant: a subtask waits for exactly what it depends on and, where that is nothing in its compound, for what the compound waits for; who
 * depends on a compound waits for all of it.
 *
 * @param onFailure of the plan
 */
export function flattenCompounds(declared: readonly DeclaredTask[], nesting: Nesting, onFailure: OnFailure): FlatTasks {
  const idOf = (place: number): string => declared[place]!.task.task_id;
  const places = new Map(declared.map(({ task }, place) => [task.task_id, place]));
  const anyDecides = declared.some(({ task }) => hasRuleOrCondition(task));
  const withBegin = compoundsWithBegin(declared, nesting);
  const handed: Handed[] = [];
  const tasks: Task[] = [];
  const bindings: (readonly BindingReference[])[] = [];
  const beginnings: { readonly task: Task; readonly bindings: readonly BindingReference[] }[] = [];

  /** What a task waits for with the compounds around it, by ids: the nearest begin, or each compound's own dependencies until there is one. */
  const inherited = (place: number): string[] => {
    const { parent } = nesting.tasks[place]!;
    if (parent === undefined || !nesting.isFirst(place)) return [];
    if (withBegin.has(parent)) return [beginId(idOf(parent))];
    return [...nesting.tasks[parent]!.own.map(idOf), ...inherited(parent)];
  };

  /** What a task waits for in all, and what it must not run without. */
  const startOf = (place: number): Pick<Task, 'dependencies' | 'guard'> => {
    const { task } = declared[place]!;
    const { parent } = nesting.tasks[place]!;
    const known = new Set(task.dependencies.map(({ task_id }) => task_id));
    const more = (ids: readonly string[]): Dependency[] => [...new Set(ids)].filter((id) => !known.has(id)).map(blocking);
    if (!hasRule(task)) return { dependencies: [...task.dependencies, ...more(inherited(place))] };
    const dependencies = [...task.dependencies, ...more(wholeOf(place))];
    return parent !== undefined && withBegin.has(parent) ? { dependencies, guard: beginId(idOf(parent)) } : { dependencies };
  };

  const wholeOf = (place: number): string[] => {
    if (!RULE_FACTS[declared[place]!.task.trigger_rule].waitsForSubtasks) return [];
    return nesting.tasks[place]!.own.flatMap(allBut).map(idOf);
  };

  /** All that is in a task but the items of a foreach: its end comes after them. */
  const allBut = (task: number): number[] =>
    declared[task]!.foreach === undefined ? nesting.subtasksOf(task).flatMap((subtask) => [subtask, ...allBut(subtask)]) : [];

  /** It waits as a subtask in the compound's place would, and has its inputs. */
  const beginOf = (place: number, { inputs, bindings: bound }: BoundInputs): { task: Task; bindings: readonly BindingReference[] } => {
    const { task, foreach } = declared[place]!;
    const { trigger_rule } = task;
    const called = { task_id: beginId(task.task_id), name: `${task.name} (begin)` };
    const start = startOf(place);
    const known = new Set(start.dependencies.map(({ task_id }) => task_id));
    const lifted = foreach === undefined ? [] : foreach.lifted.filter((id) => !known.has(id)).map(blocking);
    const whole = {
      ...step(task),
      ...called,
      ...start,
      dependencies: [...start.dependencies, ...lifted],
      trigger_rule,
      within: task.task_id,
    };
    if (foreach === undefined) return { task: { ...whole, inputs }, bindings: bound };
    return { task: { ...whole, inputs: { items: foreach.items }, lists_items: true }, bindings: declared[place]!.bindings };
  };

  /** The end of a foreach comes to what its items do, however each of them ended; nothing ends it early. */
  const foreachEnd = (place: number, foreach: DeclaredForeach): Pick<Task, 'dependencies' | 'trigger_rule' | 'guard' | 'foreach'> => {
    const begin = beginId(idOf(place));
    const pool = poolOf(place, foreach);
    const facts = { template: [], bindings: [], pool, tolerated: foreach.tolerated };
    return { dependencies: [blocking(begin)], trigger_rule: 'all_done', guard: begin, foreach: facts };
  };

  /** Whether a failure may cancel some of a compound while the rest goes on, which may fail as well. */
  const isSwept = (place: number): boolean => {
    if (onFailure === 'fail_fast') return true;
    const { parent } = nesting.tasks[place]!;
    return parent !== undefined && (declared[parent]!.compound?.onFailure === 'fail_fast' || isSwept(parent));
  };

  /** Whether its end follows from how all its subtasks end, in any order; else from the first that does not complete. */
  const isDecided = (place: number): boolean => anyDecides || isSwept(place) || nesting.isCrossed(place);

  /** In a name that no pool of a plan has. */
  const poolOf = (place: number, { maxConcurrency }: DeclaredForeach): ForeachFacts['pool'] =>
    maxConcurrency === null ? null : { name: `~${place}`, limit: maxConcurrency };

  const within = (place: number): Pick<Task, 'within'> => {
    const { parent } = nesting.tasks[place]!;
    return parent === undefined ? {} : { within: idOf(parent) };
  };

  declared.forEach(({ task, bindings: bound, priority, compound, foreach }, place) => {
    const { parent } = nesting.tasks[place]!;
    const outer = parent === undefined ? NOTHING : handed[parent]!;
    const own = { inputs: task.inputs, bindings: foreach === undefined ? bound : [] };
    const whole = withHandedInputs(own, task.dependencies, outer.inputs);
    const { pool, resources } = task.sub_plan === undefined ? outer : NOTHING; // a plan of its own says these for itself
    const settings = { priority: priority ?? outer.priority, pool: task.pool ?? pool, resources: task.resources ?? resources };
    if (compound === undefined) {
      const { retry_policy, timeout_seconds } = task;
      const max_retries = Math.min((retry_policy.max_retries + 1) * outer.rounds - 1, MAX_FLAT_RETRIES);
      tasks.push({
        ...task,
        ...settings,
        ...startOf(place),
        ...within(place),
        inputs: whole.inputs,
        timeout_seconds: Math.min(timeout_seconds, outer.timeoutSec),
        retry_policy: { ...retry_policy, max_retries },
        ...(outer.itemPools.length === 0 ? {} : { item_pools: outer.itemPools }),
      });
      bindings.push(whole.bindings);
      return;
    }
    handed[place] = {
      ...settings,
      inputs: handedInto(
        foreach,
        inputsToHand(own, task.dependencies, (id) => places.get(id)!, outer.inputs),
      ),
      rounds: outer.rounds * (compound.retries + 1),
      timeoutSec: Math.min(compound.timeoutSec ?? Number.POSITIVE_INFINITY, outer.timeoutSec),
      itemPools:
        foreach === undefined || foreach.maxConcurrency === null ? outer.itemPools : [...outer.itemPools, poolOf(place, foreach)!.name],
    };
    const begin = withBegin.has(place) ? beginOf(place, whole) : undefined;
    if (begin !== undefined) beginnings.push(begin);
    tasks.push({
      ...step(task),
      priority: settings.priority,
      dependencies: nesting.subtasksOf(place).map((subtask) => blocking(idOf(subtask))),
      inputs: compound.outputs,
      ...within(place),
      ...(isDecided(place) ? { trigger_rule: SUBTASKS_RULE, ...(begin && { guard: begin.task.task_id }) } : {}),
      ...(foreach === undefined ? {} : foreachEnd(place, foreach)),
      compound: { begin: begin?.task.task_id ?? null, timeout_seconds: compound.timeoutSec, on_failure: compound.onFailure },
    });
    bindings.push(compound.bindings);
  });
  return {
    tasks: [...tasks, ...beginnings.map(({ task }) => task)],
    bindings: [...bindings, ...beginnings.map(({ bindings: bound }) => bound)],
  };
}

function handedInto(foreach: DeclaredForeach | undefined, inputs: HandedInputs): HandedInputs {
  return foreach === undefined ? inputs : handedIntoForeach(inputs);
}

/** A task that is dispatched to nobody. */
function step({ task_id, name, description, metadata, retry_policy }: Task): Task {
  return {
    task_id,
    name,
    description,
    task_type: 'compound',
    dependencies: [],
    inputs: {},
    assigned_agent: null,
    timeout_seconds: STEP_TIMEOUT_SEC,
    retry_policy: { ...retry_policy, max_retries: 0 },
    metadata,
    tool_name: null,
    llm_prompt: null,
    priority: 0,
    pool: null,
    resources: null,
    trigger_rule: 'all_success',
  };
}
