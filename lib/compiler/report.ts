import type { TaskGraph } from '../graph/task-graph.ts';
import type { Plan } from '../model/plan.ts';
import type { TaskRecord } from '../model/task-record.ts';
import type { Machine } from './content-hash.ts';
import type { TaskFacts } from './emit.ts';
import type { Layout } from './layout.ts';
import { add, type Cost, EXECUTION, FINISH, layoutCosts, scopeCost } from './layout-cost.ts';
import { costInUsd, sumOfUnits, type TableUnits, unitsOfRun, unitsOfTask } from './run-cost.ts';

/** What a plan comes to: printed by `compile`, answered to a dry run. A foreach is counted as if its list had one item. */
export interface Report {
  readonly plan_id: string;
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
  /** Orchestration only, by `run-cost.ts`: what the tasks themselves do is not in it, nor what it takes to wait for a place. */
  readonly estimated_cost_usd: number;
}

/** Of a task in the records of a run, compressed. */
const SPEC_BYTES = 40;
/** Queued, started, ended. */
const RUN_EVENTS = 3;

export interface ReportInputs {
  readonly plan: Plan;
  readonly graph: TaskGraph;
  readonly layout: Layout;
  readonly machines: readonly Machine[];
  /** Those of the layout. */
  readonly tasks: readonly TaskRecord[];
  readonly limit: number;
  readonly width: number;
  readonly criticalPathSec: number;
  readonly facts: readonly Pick<TaskFacts, 'callback'>[];
}

export function makeReport({ plan, graph, layout, machines, tasks, limit, width, criticalPathSec, facts }: ReportInputs): Report {
  const executions = executionCosts(layout, (task) => facts[task]!.callback);
  const total = executions.reduce((sum, cost) => add(sum, cost));
  const gated = tasks.filter((task) => task.gate !== undefined && task.gate.dependencies.length > 0).length;
  const takingPlaces = tasks.filter(
    (task) => task.gate !== undefined && (task.gate.pools.length > 0 || task.gate.sharedPool !== undefined),
  ).length;
  return {
    plan_id: plan.plan_id,
    tasks: tasks.length,
    dependencies: graph.dependencies.reduce((sum, dependencies) => sum + dependencies.length, 0),
    states: machines.reduce((sum, machine) => sum + machine.states, 0),
    gated_tasks: gated,
    place_tasks: takingPlaces,
    max_parallel_tasks: limit,
    machines: machines.length,
    transitions: total.transitions,
    lambda_calls: total.calls,
    estimated_events: executions.reduce((most, cost) => Math.max(most, cost.events), 0),
    definition_bytes: machines.reduce((sum, machine) => sum + Buffer.byteLength(machine.definition), 0),
    width,
    critical_path_sec: criticalPathSec,
    estimated_cost_usd: costInUsd({
      transitions: total.transitions,
      lambdaCalls: total.calls,
      ...tableUnits(tasks),
      events: 2 * tasks.length + RUN_EVENTS,
    }),
  };
}

/** Costs of every execution of a run: its own and those it starts. */
function executionCosts(layout: Layout, isCallback: (task: number) => boolean): Cost[] {
  const costs = layoutCosts({ bytesOf: () => 0, extraEventsOf: () => 0, isCallback, itemsOf: () => 1 });
  const executions: Cost[] = [add(add(EXECUTION, scopeCost(layout, costs)), FINISH)];
  const findChildren = (node: Layout): void => {
    if (node.kind === 'child') {
      executions.push(add(EXECUTION, scopeCost(node.part, costs)));
      findChildren(node.part);
    } else if (node.kind === 'series' || node.kind === 'parallel') {
      for (const part of node.parts) findChildren(part);
    }
  };
  findChildren(layout);
  return executions;
}

function tableUnits(tasks: readonly TaskRecord[]): TableUnits {
  const steps = tasks.map(({ dependencies, gate }) =>
    unitsOfTask({
      dependencies: dependencies.length,
      waitsFor: gate?.dependencies.length ?? 0,
      takesPlace: gate !== undefined && (gate.pools.length > 0 || gate.sharedPool !== undefined),
    }),
  );
  return sumOfUnits([...steps, unitsOfRun({ tasks: tasks.length, specBytes: tasks.length * SPEC_BYTES })]);
}
