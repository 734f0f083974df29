import type { ExecutionRef } from '../model/execution-ref.ts';
import { RUN_ERROR, type RunErrorName } from '../model/task-errors.ts';
import type { RunSpec, TaskRecord } from '../model/task-record.ts';
import { whyCancelled } from './budget.ts';
import { isTolerant } from './foreach.ts';
import type { RunStore } from './ports/run-store.ts';
import type { Run, RunTotals } from './ports/runs.ts';
import { type Runtime, timestamp } from './runtime.ts';

export interface RunFailure {
  readonly code: RunErrorName;
  readonly message: string;
}

/** The execution with which a run ends, its budget, and whether one failed task cancels others. */
export interface Ending {
  readonly ref: ExecutionRef;
  readonly spec: Pick<RunSpec, 'budget' | 'failFast'> & { readonly tasks: readonly EndingTask[] };
}

type EndingTask = Pick<TaskRecord, 'ordinal' | 'end' | 'within' | 'foreach' | 'subPlan'>;

/** Ends a run by what became of its tasks: `completed`, or `failed` for the reason that is returned. */
export async function endByTasks(
  runtime: Pick<Runtime, 'store' | 'clock'>,
  ending: Ending,
  run: Run,
  totals: RunTotals,
): Promise<RunFailure | undefined> {
  const { store, clock } = runtime;
  const tolerated = await toleratedIn(store, ending.spec, run.run_id, totals);
  const failure = await failureBeyond(tolerated, runtime, ending, run, totals);
  const status = failure === undefined ? 'completed' : 'failed';
  await store.endRun(ending.ref, { status, error: failure ?? null, totals: withTolerated(totals, tolerated), at: timestamp(clock) });
  return failure;
}

/** Whether tasks were cancelled since a child run was. */
async function hasCancelledChild(store: Pick<RunStore, 'listProgress'>, { spec }: Pick<Ending, 'spec'>, { run_id }: Run): Promise<boolean> {
  const children = new Set(spec.tasks.flatMap(({ ordinal, subPlan }) => (subPlan === undefined ? [] : [ordinal])));
  if (children.size === 0) return false;
  const progress = await store.listProgress(run_id);
  return progress.some(({ ordinal, status, error }) => children.has(ordinal) && status === 'cancelled' && error?.code === RUN_ERROR.failed);
}

/** Why a run has failed whose tasks came to these totals; undefined for one that has not. */
export async function failureOf(
  runtime: Pick<Runtime, 'store'>,
  ending: Pick<Ending, 'spec'>,
  run: Run,
  totals: RunTotals,
): Promise<RunFailure | undefined> {
  return failureBeyond(await toleratedIn(runtime.store, ending.spec, run.run_id, totals), runtime, ending, run, totals);
}

async function failureBeyond(
  tolerated: Tolerated,
  { store }: Pick<Runtime, 'store'>,
  ending: Pick<Ending, 'spec'>,
  run: Run,
  totals: RunTotals,
): Promise<RunFailure | undefined> {
  const { spec } = ending;
  const { unfinished } = totals;
  const [failed, blocked, cancelled] = [
    totals.failed - tolerated.failed,
    totals.blocked - tolerated.blocked,
    totals.cancelled - tolerated.cancelled,
  ];
  const isOfChildRun = cancelled > 0 && (await hasCancelledChild(store, ending, run));
  const ofAll = `of ${run.task_count} tasks`;
  if (unfinished > 0) return { code: RUN_ERROR.incomplete, message: `${unfinished} ${ofAll} have no final status` };
  if (cancelled > 0 && failed === 0 && isOfChildRun)
    return { code: RUN_ERROR.failed, message: `${cancelled} ${ofAll} cancelled with a child run` };
  if (cancelled > 0 && !isOfChildRun && !(failsFast(spec) && failed > 0)) {
    const { code, message } = whyCancelled(run, spec) ?? { code: RUN_ERROR.incomplete, message: 'stopped' };
    return { code, message: `${message}: ${cancelled} ${ofAll} cancelled${failed > 0 ? `, ${failed} failed` : ''}` };
  }
  if (failed > 0) {
    const more = tolerated.failed > 0 ? `, ${tolerated.failed} more tolerated` : '';
    const others = `${blocked > 0 ? `, ${blocked} blocked by that` : ''}${cancelled > 0 ? `, ${cancelled} cancelled` : ''}`;
    return { code: RUN_ERROR.failed, message: `${failed} ${ofAll} failed${more}${others}` };
  }
  return undefined;
}

type Tolerated = Pick<RunTotals, 'failed' | 'blocked' | 'cancelled'>;

function withTolerated(totals: RunTotals, { failed }: Tolerated): RunTotals {
  return failed === 0 ? totals : { ...totals, tolerated: failed };
}

/** How many tasks ended badly in items of a foreach that has completed nevertheless. */
async function toleratedIn(
  store: Pick<RunStore, 'listProgress'>,
  { tasks }: Pick<Ending['spec'], 'tasks'>,
  runId: string,
  { failed, blocked, cancelled }: RunTotals,
): Promise<Tolerated> {
  const counts = { failed: 0, blocked: 0, cancelled: 0 };
  if (failed + blocked + cancelled === 0 || !tasks.some(isTolerant)) return counts;
  const statuses = new Map((await store.listProgress(runId)).map(({ ordinal, status }) => [ordinal, status]));
  tasks.forEach(({ within }, ordinal) => {
    const status = statuses.get(ordinal);
    if (status !== 'failed' && status !== 'blocked' && status !== 'cancelled') return;
    for (let at = within; at !== undefined; at = tasks[at]!.within) {
      if (!isTolerant(tasks[at]!) || statuses.get(at) !== 'completed') continue;
      counts[status]++;
      return;
    }
  });
  return counts;
}

/** What was cancelled may have been so because another task failed. */
function failsFast({ failFast, tasks }: Ending['spec']): boolean {
  return failFast === true || tasks.some(({ end }) => end?.failFast);
}
