import { escapeTemplate } from '../model/bindings.ts';
import { isJsonObject } from '../model/json.ts';
import type { Plan, Task } from '../model/plan.ts';
import {
  type CompoundDeadline,
  type RecordReference,
  RUN_POOL,
  type TaskCondition,
  type TaskGate,
  type TaskRecord,
} from '../model/task-record.ts';
import type { DecidedOrder } from './deciders.ts';
import type { TaskFacts } from './emit.ts';
import { type Layout, ordinalsOf, visitTasks } from './layout.ts';
import type { TaskBindings } from './plan-dependencies.ts';

interface RecordInputs {
  readonly plan: Plan;
  readonly bindings: TaskBindings;
  readonly order: DecidedOrder;
  /** Per task the dependencies that its gate waits for. */
  readonly gates: readonly (readonly number[])[];
  readonly layout: Layout;
  readonly rank: readonly number[];
  readonly facts: readonly Pick<TaskFacts, 'callback'>[];
  /** Per task. */
  readonly deadlines: readonly (readonly CompoundDeadline[])[];
  readonly sharedPools: ReadonlySet<string>;
}

/** What run-task, admit-task and settle-task look up about each task. */
export function makeTaskRecords({ plan, bindings, order, gates, layout, rank, facts, deadlines, sharedPools }: RecordInputs): TaskRecord[] {
  const opens: number[][] = plan.tasks.map(() => []);
  gates.forEach((dependencies, task) => {
    for (const dependency of dependencies) opens[dependency]!.push(task);
  });
  const takesSlot = new Uint8Array(plan.tasks.length);
  visitTasks(layout, (task, items) => {
    if (task.slot) for (const ordinal of ordinalsOf(task, items)) takesSlot[ordinal] = 1;
  });
  const ordinals = new Map(plan.tasks.map((task, ordinal) => [task.task_id, ordinal]));
  return plan.tasks.map((task, ordinal): TaskRecord => {
    const references = Object.fromEntries(
      bindings[ordinal]!.map(({ text, source, path }): [string, RecordReference] => [text, { source, path }]),
    );
    const bound = Object.values(references).flatMap(({ source }) => (source === 'context' ? [] : [source]));
    const dependencies = gates[ordinal]!;
    const pools = [
      ...(takesSlot[ordinal] === 1 ? [RUN_POOL] : []),
      ...(task.pool !== null && Object.hasOwn(plan.pools, task.pool) ? [task.pool] : []),
    ];
    const sharedPool = task.pool !== null && sharedPools.has(task.pool) ? task.pool : undefined;
    const isGated = dependencies.length > 0 || pools.length > 0 || sharedPool !== undefined;
    const gate: TaskGate = {
      dependencies,
      ...(order.deciders.has(ordinal) ? { rule: task.trigger_rule } : {}),
      ...(task.guard === undefined ? {} : { guard: ordinals.get(task.guard)! }),
      pools,
      ...(sharedPool === undefined ? {} : { sharedPool }),
    };
    const conditions = conditionsOf(task, ordinals);
    const asked = conditions.map(({ source }) => source);
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
      dependencies: [...new Set([...order.dependencies[ordinal]!, ...bound, ...asked])],
      dependents: order.dependents[ordinal]!,
      ...(conditions.length > 0 ? { conditions } : {}),
      opens: opens[ordinal]!,
      ...(isGated ? { gate } : {}),
      ...(task.priority === 0 ? {} : { priority: task.priority }),
      rank: rank[ordinal]!,
      ...(task.within === undefined ? {} : { within: ordinals.get(task.within)! }),
      ...(deadlines[ordinal]!.length === 0 ? {} : { deadlines: deadlines[ordinal]! }),
      ...(task.compound === undefined ? {} : { end: task.compound.on_failure === 'fail_fast' ? { failFast: true } : {} }),
      ...(isJsonObject(task.metadata.mock) ? { mock: task.metadata.mock } : {}),
    };
  });
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
