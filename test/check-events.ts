import type { RunEvent } from '../lib/runtime/ports/run-event.ts';

/** What the checker needs of a plan: it reads the raw JSON and shares no code with the project. */
export interface PlanForCheck {
  readonly tasks: readonly {
    readonly task_id: string;
    readonly dependencies?: readonly { readonly task_id: string }[];
    readonly trigger_rule?: string;
    readonly metadata?: { readonly mock?: { readonly duration_sec?: number } };
    readonly pool?: string | null;
  }[];
  readonly pools?: Readonly<Record<string, number>>;
  readonly on_failure?: string;
}

export interface EventCheck {
  readonly problems: string[];
  /** The most tasks at once, from `executing` to their end, waits between attempts included. */
  readonly peak: number;
  readonly counts: Record<string, number>;
  readonly makespanSec: number;
}

const FINAL = new Set(['completed', 'failed', 'blocked', 'skipped', 'cancelled']);

/** Whether a task may start whose dependencies stand so, by its trigger rule. */
export const MAY_START: Readonly<Record<string, (statuses: readonly string[]) => boolean>> = {
  all_success: (statuses) => statuses.every((status) => status === 'completed'),
  none_failed: (statuses) => statuses.every((status) => status === 'completed' || status === 'skipped'),
  all_done: (statuses) => statuses.every((status) => FINAL.has(status)),
  one_success: (statuses) => statuses.includes('completed'),
  one_failed: (statuses) => statuses.some((status) => status === 'failed' || status === 'blocked'),
};
/** Those that start although a task of a fail_fast plan has failed. */
export const FOR_FAILURES = new Set(['all_done', 'one_failed']);

/** Checks the events of a whole run against its plan. */
export function checkEvents(plan: PlanForCheck, events: readonly RunEvent[], limit: number): EventCheck {
  const problems: string[] = [];
  const dependencies = new Map(plan.tasks.map((task) => [task.task_id, (task.dependencies ?? []).map((dependency) => dependency.task_id)]));
  const status = new Map(plan.tasks.map((task) => [task.task_id, 'pending']));
  const poolOf = new Map(plan.tasks.map((task) => [task.task_id, task.pool]));
  const ruleOf = new Map(plan.tasks.map((task) => [task.task_id, task.trigger_rule ?? 'all_success']));
  const statusesBefore = (id: string): string[] => (dependencies.get(id) ?? []).map((dependency) => status.get(dependency)!);
  let failedAt: string | undefined;
  const attempts = new Map<string, number>();
  const running = new Set<string>();
  let seq = 0;
  let peak = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let runStatus = 'none';

  for (const event of events) {
    if (event.seq !== seq + 1) problems.push(`seq ${event.seq} after ${seq}`);
    seq = event.seq;
    const to = event.type.slice(event.type.indexOf('.') + 1);
    if (event.type.startsWith('run.')) {
      runStatus = to;
      continue;
    }
    const id = event.task_id ?? '';
    const from = status.get(id);
    if (from === undefined) problems.push(`an event of the unknown task ${id}`);
    if (from !== undefined && FINAL.has(from)) problems.push(`${id} went ${from} -> ${to}`);
    if (to === 'executing') {
      const rule = ruleOf.get(id)!;
      if (!MAY_START[rule]!(statusesBefore(id))) problems.push(`${id} (${rule}) started while its dependencies were ${statusesBefore(id)}`);
      // within the very moment of the failure either may have been first
      const isLate = plan.on_failure === 'fail_fast' && failedAt !== undefined && failedAt < event.at;
      if (isLate && event.attempt === 1 && !FOR_FAILURES.has(rule)) problems.push(`${id} started after the first failure`);
      if (event.attempt !== (attempts.get(id) ?? 0) + 1) problems.push(`attempt ${event.attempt} of ${id} after ${attempts.get(id)}`);
      attempts.set(id, event.attempt ?? 0);
      running.add(id);
      first = Math.min(first, Date.parse(event.at));
    }
    if (to === 'failed') failedAt ??= event.at;
    if (FINAL.has(to)) {
      running.delete(id);
      last = Math.max(last, Date.parse(event.at));
    }
    status.set(id, to);
    peak = Math.max(peak, running.size);
    if (running.size > limit) problems.push(`${running.size} tasks at once, limit ${limit}`);
    for (const [pool, size] of Object.entries(plan.pools ?? {})) {
      const inPool = [...running].filter((task) => poolOf.get(task) === pool).length;
      if (inPool > size) problems.push(`${inPool} tasks of pool ${pool} at once, limit ${size}`);
    }
  }

  const counts: Record<string, number> = {};
  for (const [id, final] of status) {
    counts[final] = (counts[final] ?? 0) + 1;
    if (!FINAL.has(final)) problems.push(`${id} ended ${final}`);
    const before = statusesBefore(id);
    const blocker = (dependencies.get(id) ?? []).find((dependency) => ['failed', 'blocked'].includes(status.get(dependency)!));
    if (final === 'blocked' && blocker === undefined) problems.push(`${id} is blocked by nothing`);
    if (final === 'skipped' && before.length === 0) problems.push(`${id} is skipped behind nothing`);
    const ran = final === 'completed' || final === 'failed';
    if (ran && !MAY_START[ruleOf.get(id)!]!(before)) problems.push(`${id} is ${final} although its dependencies are ${before}`);
    // a run that is over may reach a task before the failure behind which it stands does
    if (ruleOf.get(id) === 'all_success' && final === 'skipped' && blocker !== undefined)
      problems.push(`${id} is skipped although ${blocker} is not completed`);
  }
  const expected = (counts.failed ?? 0) + (counts.cancelled ?? 0) > 0 ? 'failed' : 'completed';
  if (runStatus !== expected) problems.push(`the run ended ${runStatus}, not ${expected}`);
  return { problems, peak, counts, makespanSec: Math.max(0, last - first) / 1000 };
}

/** Seconds of the longest path by the mock's durations. */
export function criticalPathSec(plan: PlanForCheck): number {
  const tasks = new Map(plan.tasks.map((task) => [task.task_id, task]));
  const finish = new Map<string, number>();
  for (const start of tasks.keys()) {
    const stack = [start];
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const task = tasks.get(id)!;
      const own = (task.dependencies ?? []).map((dependency) => dependency.task_id);
      const open = own.filter((dependency) => !finish.has(dependency));
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      const ready = own.reduce((latest, dependency) => Math.max(latest, finish.get(dependency)!), 0);
      finish.set(id, ready + (task.metadata?.mock?.duration_sec ?? 0));
      stack.pop();
    }
  }
  return [...finish.values()].reduce((latest, end) => Math.max(latest, end), 0);
}
