import type { TaskGraph } from '../graph/task-graph.ts';
import { escapeTemplate } from '../model/bindings.ts';
import { isJsonObject } from '../model/json.ts';
import type { Plan, Task } from '../model/plan.ts';
import { type RecordReference, RUN_POOL, type TaskRecord } from '../model/task-record.ts';
import type { TaskFacts } from './emit.ts';
import { type Layout, ordinalsOf, visitTasks } from './layout.ts';
import type { TaskBindings } from './plan-dependencies.ts';

interface RecordInputs {
  readonly plan: Plan;
  readonly bindings: TaskBindings;
  readonly graph: TaskGraph;
  /** Per task the dependencies that its gate waits for. */
  readonly gates: readonly (readonly number[])[];
  readonly layout: Layout;
  readonly rank: readonly number[];
  readonly facts: readonly Pick<TaskFacts, 'callback'>[];
  readonly sharedPools: ReadonlySet<string>;
}

/** What run-task, admit-task and settle-task look up about each task. */
export function makeTaskRecords({ plan, bindings, graph, gates, layout, rank, facts, sharedPools }: RecordInputs): TaskRecord[] {
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
      dependencies: [...new Set([...graph.dependencies[ordinal]!, ...bound])],
      dependents: graph.dependents[ordinal]!,
      opens: opens[ordinal]!,
      ...(isGated ? { gate: { dependencies, pools, ...(sharedPool === undefined ? {} : { sharedPool }) } } : {}),
      ...(task.priority === 0 ? {} : { priority: task.priority }),
      rank: rank[ordinal]!,
      ...(isJsonObject(task.metadata.mock) ? { mock: task.metadata.mock } : {}),
    };
  });
}

/** A `data` dependency with an output_key sets the input of that name, unless the plan does. */
function boundInputs(task: Task, ordinals: ReadonlyMap<string, number>): Record<string, RecordReference> {
  const bound = task.dependencies.flatMap(({ task_id, dependency_type, output_key }): [string, RecordReference][] => {
    if (dependency_type !== 'data' || output_key === null || Object.hasOwn(task.inputs, output_key)) return [];
    return [[output_key, { source: ordinals.get(task_id)!, path: [output_key] }]];
  });
  return Object.fromEntries(bound);
}
