import type { RunTotals } from '../../../lib/runtime/ports/runs.ts';
import { checkCompounds } from '../../check-compounds.ts';
import { RunHistory } from '../../simulation/run-history.ts';
import type { SimPlan } from '../../simulation/sim-plans.ts';
import { answerOf, expectedStatuses, type SoakPlan } from './soak-plans.ts';
import type { SoakedRun } from './soaked-run.ts';

/** How a task stands after all the events of its run. */
interface TaskEnd {
  readonly status: string;
  readonly attempts: number;
}

/** What is wrong with a run that has ended: its log, what became of its tasks, its status and its totals. */
export function checkSoakedRun(run: SoakedRun): string[] {
  const { view, events, orders, submitted } = run;
  const latest = orders.at(-1)?.plan ?? submitted;
  const ends = taskEnds(run, latest);
  const problems = [...run.problems, ...checkHistory(run)];
  const counted = countEnds(ends, latest);

  if (JSON.stringify(view.totals) !== JSON.stringify(counted))
    problems.push(`its totals are ${JSON.stringify(view.totals)}, its log comes to ${JSON.stringify(counted)}`);
  if (counted.unfinished > 0) problems.push(`${counted.unfinished} tasks have not ended`);
  if (view.execution !== orders.length + 1) problems.push(`it is in execution ${view.execution} after ${orders.length} orders`);
  const logged = events.findLast(({ task_id }) => task_id === undefined)?.type;
  if (logged !== `run.${view.status}`) problems.push(`it is ${view.status}, its log says ${logged}`);
  if (view.status === 'cancelled') {
    if (run.treatment !== 'cancelled') problems.push('it was cancelled by nobody');
    return problems;
  }
  const status = counted.failed + counted.cancelled === 0 ? 'completed' : 'failed';
  if (view.status !== status) problems.push(`it is ${view.status}, its tasks come to ${status}`);
  for (const [id, expected] of expectedStatuses(latest) ?? []) {
    const is = ends.get(id)?.status;
    if (is !== expected) problems.push(`${id} is ${is}, not ${expected}`);
  }
  if (latest.nested !== undefined && run.treatment !== 'retried' && run.treatment !== 'cancelled')
    problems.push(...checkCompounds(latest.nested, events, { instant: false }));
  return problems;
}

/** Follows the log through all executions, by the rules that hold whatever is done to a run. */
function checkHistory({ view, events, orders, submitted }: SoakedRun): string[] {
  const problems: string[] = [];
  const problem = (what: string): void => void problems.push(what);
  const ids = [...new Set(events.flatMap(({ task_id }) => task_id ?? []))];
  const history = new RunHistory({ runId: view.run_id, plan: followed(submitted), claimLagMs: 0, problem });
  history.planned(specOf(submitted, ids));
  let latest = submitted;
  let executions = 0;
  for (const event of events) {
    if (event.type === 'run.queued' && executions++ > 0) {
      const order = orders[executions - 2];
      if (order === undefined) return [...problems, 'it was reopened by nobody'];
      latest = order.plan;
      history.reopened({ mode: order.mode, is_new_plan: order.isNewPlan }, followed(latest));
    }
    history.take(event, Date.parse(event.at));
    if (event.type === 'run.executing') history.planned(specOf(latest, ids));
  }
  return problems;
}

/** Compounds are flattened by the project, and their ends take no place: what there is to be followed is the order of each task's events. */
function followed({ flat, nested }: SoakPlan): SimPlan {
  return flat ?? { plan_id: 'compounds', tasks: [], pools: {}, resource_budget: { max_parallel_tasks: nested === undefined ? 0 : 10_000 } };
}

function specOf({ flat }: SoakPlan, ids: readonly string[]) {
  if (flat === undefined) return { tasks: ids.map((id) => ({ id, dependencies: [] })) };
  const ordinals = new Map(flat.tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  return {
    tasks: flat.tasks.map(({ task_id, dependencies }) => ({
      id: task_id,
      dependencies: dependencies.map((dependency) => ordinals.get(dependency.task_id)!),
    })),
  };
}

/** Of the tasks that the plan has. */
function taskEnds({ events }: SoakedRun, { flat }: SoakPlan): Map<string, TaskEnd> {
  const ends = new Map<string, TaskEnd>(flat?.tasks.map(({ task_id }) => [task_id, { status: 'pending', attempts: 0 }]));
  for (const { type, task_id, attempt } of events) {
    if (task_id === undefined || (flat !== undefined && !ends.has(task_id))) continue;
    const before = ends.get(task_id)?.attempts ?? 0;
    ends.set(task_id, { status: type.slice('task.'.length), attempts: type === 'task.executing' ? (attempt ?? 0) : before });
  }
  return ends;
}

function countEnds(ends: ReadonlyMap<string, TaskEnd>, plan: SoakPlan): RunTotals {
  const all = [...ends];
  const count = (status: string): number => all.filter(([, end]) => end.status === status).length;
  const sum = (of: (id: string, end: TaskEnd) => number): number => all.reduce((total, [id, end]) => total + of(id, end), 0);
  const [completed, failed, blocked, cancelled, skipped] = (['completed', 'failed', 'blocked', 'cancelled', 'skipped'] as const).map(count);
  return {
    completed: completed!,
    failed: failed!,
    blocked: blocked!,
    cancelled: cancelled!,
    skipped: skipped!,
    executed: sum((_, { attempts }) => (attempts > 0 ? 1 : 0)),
    retries: sum((_, { attempts }) => Math.max(0, attempts - 1)),
    tokens: sum((id, { status }) => (status === 'completed' ? Number(answerOf(plan, id)?.tokens_used ?? 0) : 0)),
    unfinished: all.length - completed! - failed! - blocked! - cancelled! - skipped!,
  };
}
