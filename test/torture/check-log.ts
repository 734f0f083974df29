import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import type { KillPlan } from './kill-plan.ts';

const FINAL = new Set(['completed', 'failed', 'blocked', 'skipped', 'cancelled']);
/** Whose process died: its next execution takes it up. */
const INTERRUPTED = 'E5200';

export interface LogCheck {
  readonly problems: string[];
  /** The most tasks at once, from `executing` to their end. */
  readonly peak: number;
  /** Attempts that neither completed nor failed: they were under way when their process was killed. */
  readonly lost: number;
}

/** Checks the log of a run over all its executions. It reads the raw plan and shares no code with the project. */
export function checkLog({ tasks }: KillPlan, events: readonly RunEvent[], limit: number): LogCheck {
  const problems: string[] = [];
  const dependencies = new Map(tasks.map((task) => [task.task_id, task.dependencies.map(({ task_id }) => task_id)]));
  const status = new Map(tasks.map((task) => [task.task_id, 'untouched']));
  const attempts = new Map<string, number>();
  const completions = new Map<string, number>();
  const ended = new Set<string>();
  const running = new Set<string>();
  let runStatus = 'none';
  let peak = 0;

  for (const [n, { seq, type, task_id: id, attempt, error }] of events.entries()) {
    if (seq !== n + 1) problems.push(`event ${seq} is the ${n + 1}th`);
    const to = type.slice(type.indexOf('.') + 1);
    if (id === undefined) {
      if (runStatus === to) problems.push(`the run went ${to} twice`);
      runStatus = to;
      continue;
    }
    const from = status.get(id);
    if (from === undefined) problems.push(`an event of the unknown task ${id}`);
    if (from === 'cancelled' ? to !== 'pending' : from !== undefined && FINAL.has(from)) problems.push(`${id} went ${from} -> ${to}`);
    if (to === 'cancelled' && error?.code !== INTERRUPTED) problems.push(`${id} was cancelled by ${error?.code}`);
    status.set(id, to);
    if (to === 'executing') {
      if (runStatus !== 'executing') problems.push(`${id} started while the run was ${runStatus}`);
      if (attempt !== (attempts.get(id) ?? 0) + 1) problems.push(`attempt ${attempt} of ${id} after ${attempts.get(id)}`);
      attempts.set(id, attempt ?? 0);
      for (const other of dependencies.get(id) ?? [])
        if (status.get(other) !== 'completed') problems.push(`${id} started while ${other} was ${status.get(other)}`);
      running.add(id);
    } else if (FINAL.has(to)) running.delete(id);
    if (to === 'completed') completions.set(id, (completions.get(id) ?? 0) + 1);
    if (to === 'completed' || (to === 'pending' && error !== undefined)) {
      if (ended.has(`${id} ${attempt}`)) problems.push(`attempt ${attempt} of ${id} ended twice`);
      if (attempt !== attempts.get(id)) problems.push(`attempt ${attempt} of ${id} ended ${to} after attempt ${attempts.get(id)} began`);
      ended.add(`${id} ${attempt}`);
    }
    peak = Math.max(peak, running.size);
    if (running.size > limit) problems.push(`${running.size} tasks at once, limit ${limit}`);
  }

  for (const [id, times] of completions) if (times > 1) problems.push(`${id} completed ${times} times`);
  for (const [id, last] of status) if (!FINAL.has(last) || last === 'cancelled') problems.push(`${id} ended ${last}`);
  const begun = [...attempts.values()].reduce((sum, count) => sum + count, 0);
  return { problems, peak, lost: begun - ended.size };
}
