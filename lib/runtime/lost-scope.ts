import type { TaskRecord } from '../model/task-record.ts';
import type { TaskError } from './ports/tasks.ts';
import type { RunScope, Runtime } from './runtime.ts';
import { settleRun } from './settle-run.ts';

/**
 * A task has completed, but its state failed: the answer got lost, once more than it is asked for again. The execution goes on behind the
 * scope of that state, so what stands behind the task in there would never be reached. The run is settled as interrupted, to be
 * resumed, and gates are opened, so that the execution ends. Safe to repeat.
 */
export async function giveUpScope(runtime: Runtime, scope: RunScope, record: TaskRecord, { message }: TaskError): Promise<void> {
  if (record.dependents.length === 0) return;
  const { store, engine } = runtime;
  // read before: where a run has ended its tokens may be forgotten. Of one that is added later, who adds it finds the task ended
  const tokens: string[] = [];
  for (const { ordinal, gate } of scope.spec.tasks) if (gate !== undefined) tokens.push(...(await store.listTokens(scope.ref, ordinal)));
  const reason = `task ${record.id} has completed, but its state failed (${message}): what is behind it could not be reached`;
  await settleRun(runtime, scope.ref, { reason });
  for (const token of tokens) await engine.openGate(token);
}
