import { escapeTemplate } from '../model/bindings.ts';
import { isJsonObject } from '../model/json.ts';
import type { ItemFacts, Plan, Task } from '../model/plan.ts';
import {
  type CompoundDeadline,
  type RecordForeach,
  type RecordItem,
  type RecordReference,
  RUN_POOL,
  type TaskCondition,
  type TaskRecord,
} from '../model/task-record.ts';
import type { DecidedOrder } from './deciders.ts';
import type { TaskFacts } from './emit.ts';
import { type Layout, ordinalsOf, visitTasks } from './layout.ts';
import type { TaskBindings } from './plan-dependencies.ts';
import type { Residual } from './residual.ts';
import { subPlanOf } from './sub-plans.ts';

interface RecordInputs {
  readonly plan: Plan;
  readonly bindings: TaskBindings;
  readonly order: DecidedOrder;
  readonly residual: Residual;
  /** Per task the dependencies that its gate waits for. */
  readonly gates: readonly (readonly number[])[];
  readonly layout: Layout;
  readonly rank: readonly number[];
  readonly facts: readonly Pick<TaskFacts, 'callback'>[];
  /** Per task. */
  readonly deadlines: readonly (readonly CompoundDeadline[])[];
  readonly sharedPools: ReadonlySet<string>;
}

/**
 * What run-task, admit-task and settle-task look up about each task. Those that are not to run have records, too, for who reads
 * their outputs: what it takes to run them is not in there.
 */
export function makeTaskRecords(inputs: RecordInputs): TaskRecord[] {
  const { plan, bindings, order, gates, layout, rank, facts, deadlines, sharedPools } = inputs;
  const { execution, open, removed = new Set<number>() } = inputs.residual;
  const opens: number[][] = plan.tasks.map(() => []);
  gates.forEach((dependencies, task) => {
    for (const dependency of dependencies) opens[dependency]!.push(task);
  });
  const takesPlace = new Uint8Array(plan.tasks.length);
  visitTasks(layout, (task, items) => {
    if (task.takesPlace) for (const ordinal of ordinalsOf(task, items)) takesPlace[ordinal] = 1;
  });
  const ordinals = new Map(plan.tasks.map((task, ordinal) => [task.task_id, ordinal]));
  return plan.tasks.map((task, ordinal): TaskRecord => {
    const references = Object.fromEntries(
      bindings[ordinal]!.map(({ text, source, outward, path }): [string, RecordReference] => [
        text,
        { source, path, ...(outward === undefined ? {} : { outward }) },
      ]),
    );
    const sourcesOf = (isInherited: boolean): number[] =>
      bindings[ordinal]!.flatMap(({ source, inherited = false }) =>
        typeof source === 'number' && !removed.has(source) && inherited === isInherited ? [source] : [],
      );
    const dependencies = gates[ordinal]!;
    const pools = [
      ...(takesPlace[ordinal] === 1 ? [RUN_POOL] : []),
      ...(task.pool !== null && Object.hasOwn(plan.pools, task.pool) ? [task.pool] : []),
      ...(task.item_pools ?? []),
    ];
    const inherited = sourcesOf(true);
    const foreach = foreachOf(task, (id) => ordinals.get(id)!);
    // what a child run waits for is not held meanwhile
    const mayShare = task.pool !== null && task.sub_plan === undefined;
    const sharedPool = mayShare && sharedPools.has(task.pool) ? task.pool : undefined;
    const conditions = removed.has(ordinal) ? [] : conditionsOf(task, ordinals);
    const guard = task.guard === undefined || removed.has(ordinal) ? {} : { guard: ordinals.get(task.guard)! };
    const over = [...new Set([...order.dependencies[ordinal]!, ...order.awaited[ordinal]!])];
    const isGated = open.has(ordinal) && (dependencies.length > 0 || pools.length > 0 || sharedPool !== undefined);
    return {
      ordinal,
      id: task.task_id,
      name: task.name,
      type: task.task_type,
      content: task.llm_prompt ?? escapeTemplate(task.description === '' ? task.name : task.description),
      toolName: task.tool_name,
      agentId: task.assigned_agent,
      inputs: task.inputs,
      boundInputs: boundInputs(task, ordinals),
      references,
      timeoutSec: task.timeout_seconds,
      ...(facts[ordinal]!.callback ? { callback: true as const } : {}),
      // what follows from others among all tasks need not follow from those that are to run
      dependencies: [...new Set([...over, ...sourcesOf(false), ...conditions.map(({ source }) => source)])],
      ...(inherited.length === 0 ? {} : { reads: [...new Set(inherited)] }),
      dependents: order.dependents[ordinal]!,
      ...(order.deciders.has(ordinal) ? { rule: { name: task.trigger_rule, over, ...guard } } : {}),
      ...(conditions.length > 0 ? { conditions } : {}),
      opens: opens[ordinal]!,
      ...(isGated ? { gate: { dependencies, pools, ...(sharedPool === undefined ? {} : { sharedPool }) } } : {}),
      ...(task.priority === 0 ? {} : { priority: task.priority }),
      rank: rank[ordinal]!,
      ...(task.within === undefined || removed.has(ordinal) ? {} : { within: ordinals.get(task.within)! }),
      ...(deadlines[ordinal]!.length === 0 ? {} : { deadlines: deadlines[ordinal]! }),
      ...(task.item === undefined || removed.has(ordinal) ? {} : { item: itemOf(task.item, (id) => ordinals.get(id)!) }),
      ...(task.lists_items ? { listsItems: true as const } : {}),
      ...endOf(task, removed.has(ordinal)),
      ...(foreach === undefined || removed.has(ordinal) ? {} : { foreach }),
      ...(removed.has(ordinal) ? {} : subPlanOf(task)),
      ...(isJsonObject(task.metadata.mock) ? { mock: task.metadata.mock } : {}),
      ...(execution === 1 ? {} : { execution }),
      ...(removed.has(ordinal) ? { removed: true as const } : {}),
    };
  });
}

function itemOf({ begin, index, outer }: ItemFacts, ordinalOf: (id: string) => number): RecordItem {
  return { begin: ordinalOf(begin), index, ...(outer && { outer: itemOf(outer, ordinalOf) }) };
}

/** What the records of a plan's tasks say of how its run ends. */
export function endingTasks(
  { tasks }: Plan,
  removed: ReadonlySet<number>,
): Pick<TaskRecord, 'ordinal' | 'end' | 'within' | 'foreach' | 'subPlan'>[] {
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const ordinalOf = (id: string): number => ordinals.get(id)!;
  return tasks.map((task, ordinal) => {
    if (removed.has(ordinal)) return { ordinal };
    const foreach = foreachOf(task, ordinalOf);
    return {
      ordinal,
      ...endOf(task, false),
      ...subPlanOf(task),
      ...(foreach && { foreach }),
      ...(task.within === undefined ? {} : { within: ordinalOf(task.within) }),
    };
  });
}

/** What the record of a compound's end says of it; nothing for other tasks. */
function endOf({ compound }: Pick<Task, 'compound'>, isRemoved: boolean): Pick<TaskRecord, 'end'> {
  if (compound === undefined || isRemoved) return {};
  return { end: compound.on_failure === 'fail_fast' ? { failFast: true } : {} };
}

/** What the record of a foreach's end says of it; of one that has not begun its template follows. */
function foreachOf({ foreach, compound }: Task, ordinalOf: (id: string) => number): RecordForeach | undefined {
  if (foreach === undefined) return undefined;
  const { template, tolerated, items } = foreach;
  return { begin: ordinalOf(compound!.begin!), size: template.length, tolerated, ...(items && { items }) };
}

function conditionsOf(task: Task, ordinals: ReadonlyMap<string, number>): TaskCondition[] {
  return task.dependencies.flatMap(({ task_id, condition }) =>
    condition === null ? [] : [{ source: ordinals.get(task_id)!, text: condition }],
  );
}

/** A `data` dependency with an output_key sets the input of that name, unless the plan does. */
function boundInputs(task: Task, ordinals: ReadonlyMap<string, number>): Record<string, RecordReference> {
  const bound = task.dependencies.flatMap(({ task_id, dependency_type, output_key }): [string, RecordReference][] => {
    if (dependency_type !== 'data' || output_key === null || Object.hasOwn(task.inputs, output_key)) return [];
    return [[output_key, { source: ordinals.get(task_id)!, path: [output_key] }]];
  });
  return Object.fromEntries(bound);
}
