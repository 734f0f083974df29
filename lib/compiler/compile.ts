import { criticalPath, longestRemaining } from '../graph/critical-path.ts';
import { openGraph } from '../graph/open-graph.ts';
import { buildTaskGraph, type TaskGraph } from '../graph/task-graph.ts';
import { MAX_TIMEOUT_SEC, type Plan, type TaskType } from '../model/plan.ts';
import { RUN_POOL, type RunSpec } from '../model/task-record.ts';
import { hasCondition } from '../model/task-rules.ts';
import { type Arrange, arrange } from './arrange.ts';
import { compoundDeadlines } from './compound-deadlines.ts';
import { compoundGroups } from './compound-groups.ts';
import type { Machine } from './content-hash.ts';
import { decidedOrder } from './deciders.ts';
import type { FunctionNames, TaskFacts } from './emit.ts';
import { emitMachines } from './emit-machines.ts';
import { estimatedSeconds, longestSeconds } from './estimates.ts';
import { FIXED_NAMES } from './fixed-names.ts';
import { listedCount, templateId, withinItems, withoutItems, withStandIns } from './foreach-blocks.ts';
import { gateTimeoutSec } from './gate-timeout.ts';
import { foreachBatches } from './item-batches.ts';
import { itemPools, withItemTemplates } from './item-templates.ts';
import { layoutCosts } from './layout-cost.ts';
import { type MachineQuotas, machineShare } from './machine-share.ts';
import { partition } from './partition.ts';
import { dependenciesOf, type TaskBindings } from './plan-dependencies.ts';
import { rankTasks } from './rank-tasks.ts';
import { makeReport, type Report } from './report.ts';
import { firstExecution, type Residual, withOpenStandIns } from './residual.ts';
import { sharedRetriers } from './retry.ts';
import { runBudget, runTimeoutSec } from './run-budget.ts';
import { runTaskFor } from './run-task-functions.ts';
import { taskCosts } from './task-costs.ts';
import { makeTaskRecords } from './task-records.ts';
import { taskShapes } from './task-shape.ts';

/** Seconds: a function runs 900 at the most, and needs some for itself. Longer tasks are finished through a callback. */
const LONGEST_CALL_SEC = 870;

export interface CompileOptions {
  /** The bindings of each task, from `parsePlan`. */
  readonly bindings: TaskBindings;
  /** At most so many tasks at once. */
  readonly maxParallelTasks: number;
  /** Names or ARNs of the functions. */
  readonly functions: FunctionNames;
  /** The ARN of a machine, by its name. */
  readonly machineArn: (name: string) => string;
  /** Types of tasks whose executor may take them on and report later. */
  readonly callbackTypes?: readonly TaskType[] | undefined;
  /** Names of the pools that all runs share. A task of such a pool takes a place there, too, where its plan has a pool of the name. */
  readonly sharedPools?: ReadonlySet<string> | undefined;
  /** What an earlier execution of the run has left to be done. Default: all of the plan. */
  readonly residual?: Residual | undefined;
  /** Others than those of AWS: for tests. */
  readonly machineQuotas?: MachineQuotas | undefined;
  /** Default: as the doc of `compile` has it. */
  readonly arrange?: Arrange | undefined;
}

export interface Compilation {
  /** Those that others start come before them; the last one is the run's own. */
  readonly machines: readonly Machine[];
  readonly spec: RunSpec;
  /** Made when it is read first: it plays the whole run, and hardly any caller wants it. */
  readonly report: Report;
}

/**
 * Compiles a valid plan into state machines.
 *
 * graph       dependencies, reduced; widths and critical path
 * deciders    tasks that do not simply follow their dependencies: they get gates
 * structure   series and parallel, a suborder of the plan's order; what it does not hold becomes gates
 * fanOut      equal siblings become Maps
 * limit       places or MaxConcurrency where more tasks could run than may
 * partition   machines within the quotas
 * emit        ASL
 *
 * Only tasks that are open are laid out and counted. All have a record, and the ordinal they have in the plan.
 */
export function compile(given: Plan, options: CompileOptions): Compilation {
  const { maxParallelTasks: limit, callbackTypes = [], arrange: arrangeTasks = arrange } = options;
  const left = options.residual ?? firstExecution(given);
  const whole = withStandIns(given, options.bindings, left.open);
  const { plan, bindings, standIns, itemOf } = whole;
  const residual = withOpenStandIns(left, given.tasks.length, plan);
  const { open, started } = residual;
  const dependencies = dependenciesOf(plan, bindings, residual.removed);
  const graphsOf = (lists: readonly (readonly number[])[]): { all: TaskGraph; open: TaskGraph } => {
    const all = buildTaskGraph(lists);
    return { all, open: open.size === all.size ? all : openGraph(lists, open) };
  };
  const { open: graph, all: fullGraph } = graphsOf(dependencies);
  const ordering = withoutItems(whole, dependencies);
  const decided = decidedOrder(plan, ordering, ordering === dependencies ? { all: fullGraph, open: graph } : graphsOf(ordering), residual);
  const order = { ...decided, dependents: withinItems(whole, decided.dependents) };
  const failFast = plan.on_failure === 'fail_fast';
  const decides = failFast || order.deciders.size > 0 || plan.tasks.some(hasCondition);
  const seconds = plan.tasks.map(estimatedSeconds);
  const rank = rankTasks(
    plan.tasks.map((_, ordinal) => (started.has(ordinal) ? 0 : open.has(ordinal) ? 1 : 2)),
    plan.tasks.map((task) => task.priority),
    longestRemaining(graph, seconds),
  );
  const deadlines = compoundDeadlines(plan, residual);
  const retriersOf = sharedRetriers(decides);
  const facts = plan.tasks.map(
    (task, ordinal): TaskFacts => ({
      ...(task.compound === undefined ? { name: task.name } : { name: FIXED_NAMES.end(task.name), groupName: task.name }),
      // a child run is held to its time by itself
      timeoutSec: task.sub_plan === undefined ? task.timeout_seconds : MAX_TIMEOUT_SEC,
      retriers: retriersOf(open.has(ordinal) ? { ...task.retry_policy, max_retries: residual.retriesLeft(ordinal) } : task.retry_policy, {
        timed: deadlines[ordinal]!.length > 0,
        runsPlan: task.sub_plan !== undefined,
      }),
      callback:
        task.sub_plan !== undefined ||
        (task.task_type !== 'compound' && (task.timeout_seconds > LONGEST_CALL_SEC || callbackTypes.includes(task.task_type))),
      runTask: runTaskFor(options.functions.runTask, task.resources),
    }),
  );
  const shapes = taskShapes(plan.tasks, facts);
  const costs = layoutCosts(taskCosts(facts));

  const shareOf = machineShare(costs, options.machineQuotas);
  const arrangement = arrangeTasks({
    order,
    started,
    shapes,
    limit,
    rank,
    priorityOf: (task) => plan.tasks[task]!.priority,
    keepsWhole: (map) => shareOf(map) <= 1,
    standIns,
    itemOf,
  });
  const layout = partition(arrangement.layout, { shareOf, label: (_, number) => `part ${number}` });

  const records = makeTaskRecords({
    plan,
    bindings,
    order,
    residual,
    gates: arrangement.gates,
    layout,
    rank,
    facts,
    deadlines,
    sharedPools: options.sharedPools ?? new Set(),
  });
  const batchesOf = foreachBatches(layout, {
    costOf: costs,
    idOf: (end) => templateId(whole, end),
    countOf: (end) => listedCount(plan, end),
    quotas: options.machineQuotas,
  });
  const tasks = withItemTemplates(records, { standIns, batchesOf, count: given.tasks.length });
  const gates = records.filter((task) => task.gate !== undefined).length;
  const timeouts = plan.tasks.map((task, ordinal) => (open.has(ordinal) ? longestSeconds(task) : 0));
  const longestRunSec = criticalPath(graph, timeouts).seconds + timeouts.reduce((sum, sec) => sum + sec, 0) / limit;
  const budget = runBudget(plan.resource_budget);
  const machines = emitMachines(layout, {
    runTimeoutSec: runTimeoutSec(budget),
    functions: options.functions,
    factsOf: (task) => facts[task]!,
    groupOf: compoundGroups(plan, open),
    machineArn: options.machineArn,
    gateTimeoutSec: gateTimeoutSec({ layout, gates, longestRunSec }),
  });
  const spec: RunSpec = {
    tasks,
    pools: { [RUN_POOL]: limit, ...plan.pools, ...itemPools(plan) },
    ...(budget && { budget }),
    ...(failFast && { failFast }),
  };
  let report: Report | undefined;
  return {
    machines,
    spec,
    get report() {
      report ??= makeReport({
        plan,
        graph,
        layout,
        machines,
        spec,
        records,
        open,
        started,
        limit,
        width: arrangement.width,
        seconds,
        criticalPathSec: criticalPath(graph, seconds).seconds,
        facts,
        batchesOf,
      });
      return report;
    },
  };
}
