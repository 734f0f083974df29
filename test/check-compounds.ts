import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import type { NestedPlan, NestedTask } from './random-nested-plans.ts';

const FINAL = ['completed', 'failed', 'blocked', 'skipped', 'cancelled'];
const FOR_FAILURES = ['all_done', 'one_failed'];

interface Seen {
  readonly id: string;
  readonly task: NestedTask | undefined;
  readonly status: string;
  /** Milliseconds: when its attempts began, and when it ended. */
  readonly starts: readonly number[];
  readonly endMs: number;
}

/**
 * Checks what compounds say of what is in them against the events of a whole run. It shares no code with the project.
 *
 * @param instant whether steps take no time: else something in a compound may start after a failure in it, until that has cancelled the rest
 */
export function checkCompounds(plan: NestedPlan, events: readonly RunEvent[], { instant = true } = {}): string[] {
  const problems: string[] = [];
  const ofTask = Map.groupBy(events, ({ task_id }) => task_id);
  const see = (id: string, task?: NestedTask): Seen => {
    const own = ofTask.get(id) ?? [];
    const last = own.at(-1);
    const status = last?.type.slice('task.'.length) ?? 'untouched';
    const starts = own.filter(({ type }) => type === 'task.executing').map(({ at }) => Date.parse(at));
    return { id, task, status, starts, endMs: Date.parse(last?.at ?? '') };
  };
  const all = (tasks: readonly NestedTask[], parent: string): Seen[] =>
    tasks.flatMap((task) => [see(parent + task.task_id, task), ...all(task.subtasks, `${parent + task.task_id}/`)]);

  for (const { id, task, status } of all(plan.tasks, '')) {
    if (!FINAL.includes(status)) problems.push(`${id} ended ${status}`);
    if (task!.subtasks.length === 0) continue;
    const begin = see(`${id}/(begin)`);
    const hasBegin = begin.status !== 'untouched';
    const inside = all(task!.subtasks, `${id}/`);
    const leaves = inside.filter(({ task: each }) => each!.subtasks.length === 0);
    const subtasks = task!.subtasks.map(({ task_id }) => see(`${id}/${task_id}`).status);
    const expected = comesTo(hasBegin && begin.status !== 'completed' ? [begin.status] : subtasks);
    if (status !== expected) problems.push(`${id} is ${status}, not ${expected}: ${subtasks}`);

    const started = leaves.filter(({ starts }) => starts.length > 0);
    if (hasBegin && begin.status !== 'completed' && started.length > 0) problems.push(`${started[0]!.id} ran although ${id} never began`);
    if (hasBegin && started.some(({ starts }) => starts[0]! < begin.endMs)) problems.push(`something of ${id} started before it began`);
    if (task!.timeout_seconds !== null && begin.status === 'completed') {
      const deadlineMs = begin.starts[0]! + task!.timeout_seconds * 1000;
      for (const leaf of leaves) {
        if (leaf.starts.some((ms) => ms >= deadlineMs)) problems.push(`${leaf.id} started after the time of ${id}`);
        if (leaf.status === 'completed' && leaf.endMs > deadlineMs) problems.push(`${leaf.id} completed after the time of ${id}`);
      }
    }
    const failedMs = Math.min(...inside.filter((each) => each.status === 'failed').map(({ endMs }) => endMs));
    if (task!.on_failure !== 'fail_fast' || !instant) continue;
    for (const leaf of leaves) {
      const isLate = leaf.starts.length > 0 && leaf.starts[0]! > failedMs;
      if (isLate && !FOR_FAILURES.includes(leaf.task!.trigger_rule)) problems.push(`${leaf.id} started after a failure in ${id}`);
    }
  }
  return problems;
}

function comesTo(statuses: readonly string[]): string {
  for (const bad of ['failed', 'blocked', 'cancelled']) if (statuses.includes(bad)) return bad;
  return statuses.includes('completed') ? 'completed' : 'skipped';
}
