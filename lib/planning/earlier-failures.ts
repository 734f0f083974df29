import type { Plan } from '../model/plan.ts';
import { INTERRUPTED } from '../runtime/control-table.ts';
import type { RunStore } from '../runtime/ports/run-store.ts';
import type { TaskError, TaskProgress } from '../runtime/ports/tasks.ts';

const EVENTS_AT_A_TIME = 1_000;

/**
 * How tasks failed last, by their ordinals, of which only their interruption is written: the error of that took the place of the one
 * before. The run's log has it.
 */
export async function earlierFailures(
  store: Pick<RunStore, 'listEvents'>,
  runId: string,
  { tasks }: Pick<Plan, 'tasks'>,
  progress: readonly TaskProgress[],
): Promise<ReadonlyMap<number, TaskError>> {
  const hidden = progress.filter(({ failures, forgiven, error }) => failures > forgiven && error?.code === INTERRUPTED);
  const ordinals = new Map(hidden.map(({ ordinal }) => [tasks[ordinal]!.task_id, ordinal]));
  const found = new Map<number, TaskError>();
  if (ordinals.size === 0) return found;
  for (let seq = 0; ; ) {
    const events = await store.listEvents(runId, seq, EVENTS_AT_A_TIME);
    for (const { type, task_id, error } of events) {
      const ordinal = task_id === undefined ? undefined : ordinals.get(task_id);
      if (type === 'task.pending' && ordinal !== undefined && error !== undefined && error.code !== INTERRUPTED) found.set(ordinal, error);
    }
    if (events.length < EVENTS_AT_A_TIME) return found;
    seq = events.at(-1)!.seq;
  }
}
