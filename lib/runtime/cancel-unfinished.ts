import { type ExecutionRef, readRef, refOf } from '../model/execution-ref.ts';
import { isFinal } from '../model/run.ts';
import type { RunControl } from './ports/runs.ts';
import type { TaskError } from './ports/tasks.ts';
import { type Runtime, timestamp } from './runtime.ts';

/** Makes all tasks of a run `cancelled` that have no final status. Safe to repeat. */
export async function cancelUnfinished(
  { store, specs, clock }: Runtime,
  control: RunControl,
  error: TaskError,
  at = timestamp(clock),
): Promise<void> {
  const { run_id: runId, planned, execution } = control;
  const spec = planned === 0 ? undefined : await specs.find(refOf({ runId, execution: planned }));
  if (spec === undefined) return; // nobody knows its tasks yet
  const ended = new Set((await store.listProgress(runId)).filter(({ status }) => isFinal(status)).map(({ ordinal }) => ordinal));
  const unfinished = spec.tasks.filter(({ ordinal, removed }) => removed !== true && !ended.has(ordinal));
  // also those that were reset for an execution that is not planned yet
  const keys = unfinished.map(({ ordinal, id }) => ({ ordinal, id, execution }));
  if (keys.length > 0) await store.cancelTasks(runId, keys, error, at);
}

/** The control of a run that is in this execution still. */
export async function controlOf({ store }: Pick<Runtime, 'store'>, ref: ExecutionRef): Promise<RunControl | undefined> {
  const { runId, execution } = readRef(ref);
  const control = await store.getControl(runId);
  return control?.execution === execution ? control : undefined;
}
