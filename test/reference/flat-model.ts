import { CONDITIONS, type DecidingPlan, type DecidingTask } from '../random-deciding-plans.ts';

/** What becomes of a task. */
export interface Fate {
  readonly status: string;
  /** Milliseconds from the run's start to the task's first attempt; undefined for one that never ran. */
  readonly startMs: number | undefined;
  /** To its end. */
  readonly endMs: number;
  /** Its output, if it completed. */
  readonly n?: number;
}

const BAD = ['failed', 'blocked', 'cancelled'];
/** Two moments so close may be one. */
const CLOCK_MS = 2;
/** The mock's failed attempts take as long as others; between them the policy's delays. */
const FIRST_DELAY_MS = 1000;

export interface Reference {
  readonly fates: ReadonlyMap<string, Fate>;
  /** Something else happens in the very moment of the first failure: the model does not say which comes first. */
  readonly tied: boolean;
}

/**
 * What becomes of the tasks of a plan when nothing limits how many run at once: read off the plan, task by task, from the words of
 * docs/deciding.md. Shares no code with the project.
 *
 * @param plan its tasks in an order in which each comes after those that it depends on
 */
export function referenceFates(plan: DecidingPlan): Reference {
  const all = settle(plan, Number.POSITIVE_INFINITY);
  if (plan.on_failure === 'continue') return all;
  const failures = [...all.fates.values()].filter(({ status }) => status === 'failed');
  return failures.length === 0 ? all : settle(plan, Math.min(...failures.map(({ endMs }) => endMs)));
}

/** @param failFastMs when the first task fails, after which nothing starts but what is there for that */
function settle({ tasks }: DecidingPlan, failFastMs: number): Reference {
  const fates = new Map<string, Fate>();
  const swept = new Set<string>();
  let tied = false;
  for (const task of tasks) {
    const before = task.dependencies.map(({ task_id }) => fates.get(task_id)!);
    const decision = decide(task.trigger_rule, before);
    const status = decision.runs ? 'runs' : decision.status;
    const isStopped = task.trigger_rule !== 'all_done' && task.trigger_rule !== 'one_failed';
    const isLater = isStopped && decision.atMs > failFastMs + CLOCK_MS;
    const isThen = isStopped && Math.abs(decision.atMs - failFastMs) <= CLOCK_MS;
    if (isThen && status !== 'blocked' && status !== 'cancelled') tied = true;
    // what waits for all to end is blocked by the failure alone only where none of them was cancelled by it, as the task then is too
    const waitsForSwept = isThen && task.trigger_rule === 'one_success' && task.dependencies.some(({ task_id }) => swept.has(task_id));
    if (isLater || waitsForSwept || (isThen && status === 'cancelled')) {
      swept.add(task.task_id);
      fates.set(task.task_id, { status: 'cancelled', startMs: undefined, endMs: failFastMs });
    } else if (!decision.runs) fates.set(task.task_id, { status, startMs: undefined, endMs: decision.atMs });
    else fates.set(task.task_id, run(task, decision.atMs, fates));
  }
  const firstFailures = [...fates.values()].filter(({ status, endMs }) => status === 'failed' && endMs <= failFastMs + CLOCK_MS);
  return { fates, tied: tied || firstFailures.length > 1 };
}

type Decision = { readonly runs: true; readonly atMs: number } | { readonly runs: false; readonly status: string; readonly atMs: number };

function decide(rule: string, before: readonly Fate[]): Decision {
  const endsOf = (...statuses: string[]): number[] => before.filter(({ status }) => statuses.includes(status)).map(({ endMs }) => endMs);
  const lastMs = Math.max(0, ...before.map(({ endMs }) => endMs));
  const first = (times: readonly number[]): number => Math.min(...times);
  const never = (status: string, atMs: number): Decision => ({ runs: false, status, atMs });
  const firstBadMs = first(endsOf(...BAD));
  const isBlocked = endsOf('failed', 'blocked').some((endMs) => endMs <= firstBadMs + CLOCK_MS);
  const worst = isBlocked ? 'blocked' : 'cancelled';
  switch (rule) {
    case 'all_success':
      if (endsOf(...BAD).length > 0) return never(worst, firstBadMs);
      return endsOf('skipped').length > 0 ? never('skipped', lastMs) : { runs: true, atMs: lastMs };
    case 'none_failed':
      return endsOf(...BAD).length > 0 ? never(worst, firstBadMs) : { runs: true, atMs: lastMs };
    case 'all_done':
      return { runs: true, atMs: lastMs };
    case 'one_failed':
      return endsOf('failed', 'blocked').length > 0 ? { runs: true, atMs: first(endsOf('failed', 'blocked')) } : never('skipped', lastMs);
    case 'one_success':
      if (endsOf('completed').length > 0) return { runs: true, atMs: first(endsOf('completed')) };
      return endsOf(...BAD).length > 0
        ? never(endsOf('failed', 'blocked').length > 0 ? 'blocked' : 'cancelled', lastMs)
        : never('skipped', lastMs);
    default:
      throw new Error(`no rule ${rule}`);
  }
}

/** @param fates of the tasks before it */
function run({ dependencies, metadata: { mock }, retry_policy }: DecidingTask, atMs: number, fates: ReadonlyMap<string, Fate>): Fate {
  for (const { task_id, condition } of dependencies) {
    if (condition === undefined || fates.get(task_id)!.status !== 'completed') continue;
    const answer = CONDITIONS[condition](fates.get(task_id)!.n!);
    if (answer !== true) return { status: answer === 'error' ? 'failed' : 'skipped', startMs: undefined, endMs: atMs };
  }
  const fails = mock.fail_times < 0 || mock.fail_times > retry_policy.max_retries;
  const attempts = fails ? retry_policy.max_retries + 1 : mock.fail_times + 1;
  const delaysMs = FIRST_DELAY_MS * (2 ** (attempts - 1) - 1);
  const endMs = atMs + attempts * Math.round(mock.duration_sec * 1000) + delaysMs;
  return { status: fails ? 'failed' : 'completed', startMs: atMs, endMs, ...(fails ? {} : { n: mock.outputs.n }) };
}
