import { refOf } from '../../lib/model/execution-ref.ts';
import { isFinal, isFinalRun, type TaskStatus } from '../../lib/model/run.ts';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import { controlStateOf } from '../../lib/runtime/control-table.ts';
import { withItems } from '../../lib/runtime/item-records.ts';
import type { Run, RunTotals } from '../../lib/runtime/ports/runs.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';
import { comesTo, heldBy, isForgiven, type Standing } from './compound-rules.ts';
import type { Deployment } from './deployment.ts';
import { type Placed, placeOf } from './placed-task.ts';
import type { SimRun } from './sim-run.ts';
import type { Weather } from './weather.ts';

/** What has to be so once all runs have ended. */
export async function checkEnds(
  deployment: Deployment,
  runs: readonly SimRun[],
  weather: Weather,
  problem: (what: string) => void,
): Promise<void> {
  const { store } = deployment;
  const sums = { plans_executed: 0, tasks_executed: 0, tasks_completed: 0, tasks_failed: 0, tasks_retried: 0, tokens_used: 0 };
  for (const { id, history, altered, expected: expectedOf } of runs) {
    const run = (await store.getRun(id))!;
    const control = (await store.getControl(id))!;
    const totals = await store.countTasks(id);
    if (!isFinalRun(run.status)) problem(`${id} is ${run.status}`);
    const { tolerated = 0, ...counted }: Partial<RunTotals> = run.totals ?? {};
    if (JSON.stringify(counted) !== JSON.stringify(totals))
      problem(`${id} has totals ${JSON.stringify(run.totals)}, its tasks ${JSON.stringify(totals)}`);
    if (totals.unfinished !== 0) problem(`${id} has unfinished tasks: ${JSON.stringify(totals)}`);
    sums.plans_executed++;
    sums.tasks_executed += totals.executed;
    sums.tasks_completed += totals.completed;
    sums.tasks_failed += totals.failed;
    sums.tasks_retried += totals.retries;
    sums.tokens_used += totals.tokens;

    const ref = refOf({ runId: id, execution: control.planned });
    const expansions = (await store.listExpansions(id)).filter(({ execution }) => execution === control.planned);
    const spec = withItems((await store.getSpec(ref))!, expansions);
    const items = new Map((await store.listTasks(id)).map((item) => [item.ordinal, item]));
    const progress = new Map((await store.listProgress(id)).map((item) => [item.ordinal, item]));
    const present = spec.tasks.filter(({ removed }) => removed !== true);
    const byId = new Map(present.map((record) => [record.id, items.get(record.ordinal)]));
    // what a changed plan has added is made ready before that is planned: a cancel in between leaves it, and nobody sees it
    const unplanned = control.planned === control.execution ? [] : [...items.values()].filter(isLeftOf(spec.tasks));
    const stored = items.size - unplanned.length;
    if (byId.size !== stored || byId.size !== run.task_count)
      problem(`${id} has ${stored} tasks, ${run.task_count} by its count, ${byId.size} by its plan and lists`);
    const standing: Standing = { statusOf: (taskId) => byId.get(taskId)?.status ?? 'pending', has: (taskId) => byId.has(taskId) };
    const forgiven = (taskId: string): boolean => isForgiven(placedIn(history.plan.tasks, taskId), standing);
    const expected = expectedOf(history.plan);
    for (const { ordinal, id: taskId, dependencies, rule, end, foreach } of present) {
      const item = items.get(ordinal)!;
      if (history.statusOf(taskId) !== item.status)
        problem(`${id}: ${taskId} is ${item.status}, its events say ${history.statusOf(taskId)}`);
      const bad = dependencies.filter((each) => items.get(each)!.status !== 'completed');
      const needsAll = (rule === undefined || rule.name === 'all_success') && end === undefined && foreach === undefined;
      if (item.status === 'completed' && needsAll && bad.length > 0) problem(`${id}: ${taskId} has completed without its dependencies`);
      if (item.status === 'blocked' && bad.length === 0) problem(`${id}: ${taskId} is blocked by nothing`);
      if (item.status === 'cancelled' && run.status === 'completed' && !forgiven(taskId))
        problem(`${id} has completed with ${taskId} cancelled`);
      // of an execution that was cancelled before it was planned the plan is another than these tasks are of
      if ((end !== undefined || foreach !== undefined) && control.planned === control.execution) {
        const place = placedIn(history.plan.tasks, taskId);
        const failsFast =
          history.plan.on_failure === 'fail_fast' || [place, ...place.around].some(({ task }) => task.on_failure === 'fail_fast');
        for (const wrong of wrongWhole(place, { run, weather, failsFast }, byId, standing)) problem(`${id}: ${wrong}`);
      }
      if (!weather.gentle || altered || history.gaveUpOnReport || run.status === 'cancelled' || expected === undefined) continue;
      const { status, outputs } = expected.get(taskId)!;
      if (item.status !== status) problem(`${id}: ${taskId} is ${item.status} (${JSON.stringify(item.error)}), undisturbed ${status}`);
      else if (outputs !== null && sortedJson(item.outputs) !== sortedJson(outputs))
        problem(`${id}: ${taskId} has ${JSON.stringify(item.outputs)}, undisturbed ${JSON.stringify(outputs)}`);
      const failures = progress.get(ordinal)!.failures;
      if (failures > deployment.agents.failuresOf(id, taskId) && item.error?.code !== 'E5402')
        problem(`${id}: ${taskId} has ${failures} failures, of which it made ${deployment.agents.failuresOf(id, taskId)}`);
    }
    const ended = [...byId].filter(([taskId, item]) => (item?.status === 'failed' || item?.status === 'cancelled') && !forgiven(taskId));
    const forgave = [...byId].filter(([taskId, item]) => item?.status === 'failed' && forgiven(taskId)).length;
    if (run.status !== 'cancelled' && tolerated !== forgave) problem(`${id} has ${tolerated} tolerated failures, its tasks ${forgave}`);
    const status = ended.length === 0 ? 'completed' : 'failed';
    if (run.status !== status && run.status !== 'cancelled') problem(`${id} has ended ${run.status}: ${JSON.stringify(totals)}`);
    if (run.status === 'failed' && controlStateOf(control) === 'interrupted') problem(`${id} is interrupted still`);
  }
  const statistics = await store.getStatistics();
  if (JSON.stringify(statistics) !== JSON.stringify(sums))
    problem(`statistics are ${JSON.stringify(statistics)}, the runs come to ${JSON.stringify(sums)}`);
  for (const { name, held, waiting_runs } of await store.listSharedPools()) {
    if (held + waiting_runs > 0) problem(`the shared pool ${name} has ${held} places taken and ${waiting_runs} runs waiting`);
  }
}

/** Whether nothing has come of a task that is of none of these records. */
function isLeftOf(records: readonly TaskRecord[]): (item: TaskItem) => boolean {
  return ({ ordinal, status, attempt }) => records[ordinal] === undefined && status === 'pending' && attempt === 0;
}

function placedIn(tasks: SimRun['history']['plan']['tasks'], id: string): Placed {
  return placeOf(tasks, id) ?? { id, task: { task_id: id }, role: 'task', rule: 'all_success', around: [] };
}

/** What is wrong with how a compound or foreach has ended, by what it holds, and with what it puts out. */
function wrongWhole(
  place: Placed,
  { run, weather: { gentle }, failsFast }: { readonly run: Run; readonly weather: Weather; readonly failsFast: boolean },
  byId: ReadonlyMap<string, TaskItem | undefined>,
  standing: Standing,
): string[] {
  const { id, role } = place;
  const item = byId.get(id)!;
  const begin = `${id}/(begin)`;
  const held = heldBy(place, standing);
  const statuses = held.map(standing.statusOf);
  const wrong: string[] = [];
  const beginStatus = standing.has(begin) ? standing.statusOf(begin) : 'completed';
  const is: TaskStatus = beginStatus === 'completed' ? comesTo(place, statuses) : beginStatus;
  // its outputs may be wrong, its time up, or its own state have failed
  const itself =
    item.status === 'failed' && item.error?.code !== 'E5204' && (!gentle || ['E5402', 'E5203'].includes(item.error?.code ?? ''));
  // fail_fast cancels what has not started, and what goes on may fail after that
  const cutShort = failsFast && is !== 'completed' && ['failed', 'blocked', 'cancelled'].includes(item.status);
  const beforeItems = role === 'foreach' && held.length === 0 && item.status === 'cancelled';
  if (item.status !== is && !itself && !cutShort && !beforeItems && run.status !== 'cancelled')
    wrong.push(`${id} is ${item.status}, what it holds comes to ${is}: ${statuses}`);
  if (!statuses.every(isFinal)) wrong.push(`${id} has ended, what it holds is ${statuses}`);
  if (role !== 'foreach' || beginStatus !== 'completed') return wrong;
  const list = byId.get(begin)!.outputs?.items as unknown[];
  const isExpanded = held.length > 0 || item.status === 'completed';
  if (isExpanded && list.length !== held.length) wrong.push(`${id} has ${held.length} items for a list of ${list.length}`);
  if (item.status !== 'completed') return wrong;
  const results = held.map((each) => (standing.statusOf(each) === 'completed' ? (byId.get(each)!.outputs ?? {}) : null));
  const failed = statuses.filter((status) => status === 'failed' || status === 'blocked').length;
  const gathered = sortedJson({ results, count: held.length, failed });
  if (sortedJson(item.outputs) !== gathered) wrong.push(`${id} puts out ${JSON.stringify(item.outputs)}, its items ${gathered}`);
  return wrong;
}

/** As text in which the order of keys tells nothing. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
