import type { TaskRecord } from '../model/task-record.ts';
import { passOn } from './pass-on.ts';
import type { RunScope, Runtime } from './runtime.ts';

/** What follows when a task is recorded as completed: its dependents, its place, and the state that waits for it. Safe to repeat. */
export async function finishTask(
  runtime: Runtime,
  scope: RunScope,
  record: TaskRecord,
  { token, repeat }: { token: string | undefined; repeat: boolean },
): Promise<void> {
  await passOn(runtime, scope, record, repeat);
  if (token !== undefined) await runtime.engine.openGate(token);
}
