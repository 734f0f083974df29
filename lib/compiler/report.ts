import type { TaskGraph } from '../graph/task-graph.ts';
import { packed } from '../model/packed.ts';
import type { Plan } from '../model/plan.ts';
import { taskCountOf } from '../model/task-count.ts';
import type { ItemBatches, RunSpec, TaskRecord } from '../model/task-record.ts';
import type { Machine } from './content-hash.ts';
import type { TaskFacts } from './emit.ts';
import { isTakenByTimeout } from './estimates.ts';
import { executionCosts } from './execution-costs.ts';
import { type ForeachReport, reportForeach } from './foreach-report.ts';
import type { Layout } from './layout.ts';
import { predictRun } from './prediction/predict-run.ts';
import { costInUsd, sumOfUnits, unitsOfRun } from './run-cost.ts';

/**
 * What a plan comes to: printed by `compile`, answered to a dry run. A foreach is counted with the items of its list, or as if that had one
 * where it is there at run time only (`foreach` says which).
 */
export interface Report {
  readonly plan_id: string;
  /** Those of items too. */
  readonly tasks: number;
  /** Dependencies that are not implied by others. */
  readonly dependencies: number;
  /** States in all definitions. */
  readonly states: number;
  /** Tasks with a dependency that series and parallel cannot hold. */
  readonly gated_tasks: number;
  /** Tasks that take a place first: of the `max_parallel_tasks`, or in a pool. */
  readonly place_tasks: number;
  readonly max_parallel_tasks: number;
  /** State machines the plan is cut into. */
  readonly machines: number;
  /** State transitions of a run without failures, which is what Step Functions bills. Exact, but for gates that are entered anew after an hour. */
  readonly transitions: number;
  /** Lambda invocations of a run without failures. Exact as `transitions` are. */
  readonly lambda_calls: number;
  /** Read units of the table, where every task takes as long as is expected. Exact where nothing is decided at run time and no pool is shared. */
  readonly read_units: number;
  /** The same of write units. */
  readonly write_units: number;
  /** Tasks that have to wait for a place then. */
  readonly expected_waits: number;
  /**
   * History events of the longest execution of a run without failures. Exact where no task has a gate or reports later; each that does
   * may write one event less.
   */
  readonly estimated_events: number;
  /** Of all definitions. */
  readonly definition_bytes: number;
  /** The most tasks whose dependencies allow them to run at once. */
  readonly width: number;
  /** Seconds of the longest path, by `metadata.estimated_duration_sec`, the mock's duration, or the timeouts. */
  readonly critical_path_sec: number;
  /** Tasks that are taken to last as long as their timeout, since nothing says how long they take: times are upper bounds then. */
  readonly timeouts_taken: number;
  /** Seconds that a run takes within its limits, where every task takes as long as is expected and nothing takes time beside them. */
  readonly expected_makespan_sec: number;
  /** Orchestration only, by `run-cost.ts`: what the tasks themselves do is not in it. Exact as the units are. */
  readonly estimated_cost_usd: number;
  /** In the order of the plan. Absent where there is none. */
  readonly foreach?: readonly ForeachReport[];
}

/** Queued, started, ended. */
const RUN_EVENTS = 3;

export interface ReportInputs {
  readonly plan: Plan;
  readonly graph: TaskGraph;
  readonly layout: Layout;
  readonly machines: readonly Machine[];
  readonly spec: RunSpec;
  /** Of all tasks, also those that stand for the items of a foreach. */
  readonly records: readonly TaskRecord[];
  /** Those that are to run. */
  readonly open: ReadonlySet<number>;
  /** Tasks that hold their places from the start. */
  readonly started: ReadonlySet<number>;
  readonly limit: number;
  readonly width: number;
  /** Expected of each task. */
  readonly seconds: readonly number[];
  readonly criticalPathSec: number;
  readonly facts: readonly Pick<TaskFacts, 'callback'>[];
  readonly batchesOf: ReadonlyMap<number, ItemBatches>;
}

export function makeReport(inputs: ReportInputs): Report {
  const { plan, graph, layout, machines, spec, records, open, started, limit, width, seconds, criticalPathSec, facts, batchesOf } = inputs;
  const knownItems = (end: number): number | null => itemsKnown(records, end);
  const items = { itemsOf: (end: number): number => knownItems(end) ?? 1, batchesOf };
  const { total, mostEvents, perItem } = executionCosts(layout, (task) => facts[task]!.callback, items);
  const count = spec.tasks.length;
  const predicted = predictRun({
    layout,
    records,
    count,
    pools: spec.pools,
    secondsOf: (task) => seconds[task]!,
    holders: started,
    countsUsage: spec.budget?.maxTokenCount !== undefined || spec.budget?.maxCostUsd !== undefined,
    ...items,
  });
  const added = predicted.tasks - count;
  const openTasks = spec.tasks.filter(({ ordinal }) => open.has(ordinal)).length + added;
  const ofRun = unitsOfRun({ tasks: taskCountOf(spec) + added, specBytes: packed(spec).length });
  const { reads, writes } = sumOfUnits([predicted.units, ofRun]);
  const foreach = [...perItem].map(([each, cost]) => reportForeach(each, cost, { records, knownItems, ...predicted }));
  return {
    plan_id: plan.plan_id,
    tasks: openTasks,
    dependencies: graph.dependencies.reduce((sum, dependencies) => sum + dependencies.length, 0),
    states: machines.reduce((sum, machine) => sum + machine.states, 0),
    gated_tasks: predicted.gated,
    place_tasks: predicted.takingPlaces,
    max_parallel_tasks: limit,
    machines: machines.length,
    transitions: total.transitions,
    lambda_calls: total.calls,
    read_units: reads,
    write_units: writes,
    expected_waits: predicted.waits,
    estimated_events: mostEvents,
    definition_bytes: machines.reduce((sum, machine) => sum + Buffer.byteLength(machine.definition), 0),
    width,
    critical_path_sec: criticalPathSec,
    timeouts_taken: plan.tasks.filter((task, ordinal) => open.has(ordinal) && isTakenByTimeout(task)).length,
    expected_makespan_sec: predicted.seconds,
    estimated_cost_usd: costInUsd({
      transitions: total.transitions,
      lambdaCalls: total.calls,
      reads,
      writes,
      events: 2 * openTasks + RUN_EVENTS,
    }),
    ...(foreach.length === 0 ? {} : { foreach }),
  };
}

/** How many items a foreach has, where its list stands in the plan; null where it is there at run time only. */
function itemsKnown(records: readonly TaskRecord[], end: number): number | null {
  const { items } = records[records[end]!.foreach!.begin]!.inputs;
  return Array.isArray(items) ? items.length : null;
}
