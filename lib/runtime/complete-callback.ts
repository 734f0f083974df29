import type { JsonObject } from '../model/json.ts';
import { usageToCount } from './budget.ts';
import { TaskFailedError } from './errors.ts';
import { finishTask } from './finish-task.ts';
import { type Runtime, timestamp } from './runtime.ts';

export type CallbackReport =
  | { readonly status: 'succeeded'; readonly outputs: JsonObject }
  | { readonly status: 'failed'; readonly error: string }
  | { readonly status: 'heartbeat' };

/** `accepted`: it counts (or had counted already). `unknown`: there is no such callback. `expired`: the attempt is over, by its timeout or another attempt. */
export type CallbackOutcome = 'accepted' | 'unknown' | 'expired';

/** Takes what an executor reports of a task that it had accepted. Safe to repeat. */
export async function completeCallback(runtime: Runtime, callbackId: string, report: CallbackReport): Promise<CallbackOutcome> {
  const { store, engine, clock } = runtime;
  const callback = await store.getCallback(callbackId);
  if (callback === undefined) return 'unknown';
  const { run_id: runId, ordinal, attempt, token } = callback;
  if (report.status === 'heartbeat') return (await engine.heartbeat(token)) ? 'accepted' : 'expired';
  const spec = await runtime.specs.get(runId);
  const record = spec.tasks[ordinal]!;
  const scope = { runId, spec };
  if (report.status === 'failed') {
    const failure = new TaskFailedError(report.error);
    const error = { code: failure.code, message: failure.message };
    const released = await store.releaseTask(runId, record, attempt, error, timestamp(clock));
    // not released: this attempt had failed before (the state may still have to be told), or is over in another way
    const told = await engine.failTask(token, failure);
    return released || told ? 'accepted' : 'expired';
  }
  const completed = await store.completeTask(runId, record, attempt, report.outputs, timestamp(clock), usageToCount(spec, report.outputs));
  if (!completed) {
    const { tasks } = await store.readTasks(runId, [ordinal], []);
    const item = tasks.get(ordinal);
    if (item?.status !== 'completed' || item.attempt !== attempt) return 'expired';
  }
  await finishTask(runtime, scope, record, { token, repeat: !completed });
  return 'accepted';
}
