import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { Run } from '../../lib/runtime/ports/runs.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';

/** What a task of an undisturbed run came to. */
export interface TaskEnd {
  readonly status: string;
  readonly outputs: string;
  readonly error: string | undefined;
  /** Attempts that ended badly. */
  readonly failures: number;
}

/** What an undisturbed run came to. */
export interface RunEnd {
  readonly status: string;
  readonly error: string;
  readonly tasks: readonly TaskEnd[];
}

/** A run as it ended, without what differs from one to the next: times, and which of its failures blocked a task. */
export async function endOf(store: Pick<RunStore, 'getRun' | 'listTasks'>, runId: string): Promise<RunEnd> {
  const run = (await store.getRun(runId))!;
  return { status: run.status, error: errorOf(run), tasks: (await store.listTasks(runId)).map(taskEnd) };
}

function errorOf({ error }: Run): string {
  return error === null ? '' : `${error.code} ${error.message}`;
}

function taskEnd({ status, outputs, error, failures }: TaskItem): TaskEnd {
  const text = status === 'blocked' ? error?.code : error === null ? undefined : `${error.code} ${error.message}`;
  return { status, outputs: JSON.stringify(outputs), error: text, failures };
}
