import type { JsonObject } from '../model/json.ts';
import { usageToCount } from './budget.ts';
import { drainRun } from './drain-run.ts';
import { AttemptSupersededError, TaskFailedError } from './errors.ts';
import { finishTask } from './finish-task.ts';
import type { Callback } from './ports/tasks.ts';
import { findScope, type RunScope, type Runtime, timestamp } from './runtime.ts';

export type CallbackReport =
  | { readonly status: 'succeeded'; readonly outputs: JsonObject }
  | { readonly status: 'failed'; readonly error: string }
  | { readonly status: 'heartbeat' };

/** `accepted`: it counts (or had counted already). `unknown`: there is no such callback. `expired`: the attempt is over, by its timeout or another attempt. */
export type CallbackOutcome = 'accepted' | 'unknown' | 'expired';

/** Takes what an executor reports of a task that it had accepted. Safe to repeat. */
export async function completeCallback(runtime: Runtime, callbackId: string, report: CallbackReport): Promise<CallbackOutcome> {
  const callback = await runtime.store.getCallback(callbackId);
  if (callback === undefined) return 'unknown';
  const scope = await findScope(runtime, callback.ref, callback.ordinal);
  if (scope === undefined) return 'expired'; // the run is in another execution by now
  if (report.status === 'heartbeat') return beat(runtime, scope, callback);
  const outcome =
    report.status === 'failed'
      ? await fail(runtime, scope, callback, report.error)
      : await complete(runtime, scope, callback, report.outputs);
  const { run } = await runtime.store.readTasks(scope.runId, [], []);
  if (run?.status === 'pausing') await drainRun(runtime, scope.ref);
  return outcome;
}

/** In a run that is being paused nobody waits under the token any more, but the attempt may end. */
async function beat(
  { store, engine, clock }: Runtime,
  { runId, spec }: RunScope,
  { ordinal, attempt, token }: Callback,
): Promise<CallbackOutcome> {
  if (await engine.heartbeat(token)) return 'accepted';
  const { run } = await store.readTasks(runId, [], []);
  if (run?.status !== 'pausing') return 'expired';
  return (await store.touchTask(runId, spec.tasks[ordinal]!, attempt, timestamp(clock))) ? 'accepted' : 'expired';
}

async function fail(
  { store, engine, clock }: Runtime,
  { runId, spec }: RunScope,
  { ordinal, attempt, token }: Callback,
  message: string,
): Promise<CallbackOutcome> {
  const failure = new TaskFailedError(message);
  const error = { code: failure.code, message: failure.message };
  const released = await store.releaseTask(runId, spec.tasks[ordinal]!, attempt, error, timestamp(clock));
  // not released: this attempt had failed before (the state may still have to be told), or is over in another way
  const told = await engine.failTask(token, failure);
  return released || told ? 'accepted' : 'expired';
}

async function complete(
  runtime: Runtime,
  scope: RunScope,
  { ordinal, attempt, token }: Callback,
  outputs: JsonObject,
): Promise<CallbackOutcome> {
  const { store, engine, clock } = runtime;
  const { runId, spec } = scope;
  const record = spec.tasks[ordinal]!;
  const completed = await store.completeTask(runId, record, attempt, outputs, timestamp(clock), usageToCount(spec, outputs));
  if (!completed) {
    const { tasks } = await store.readTasks(runId, [ordinal], []);
    const item = tasks.get(ordinal);
    if (item?.status !== 'completed' || item.attempt !== attempt) {
      // who has taken over may have died since, or wait under another token: the state that waits under this one asks again
      if (item?.status === 'executing') await engine.failTask(token, new AttemptSupersededError(`attempt ${attempt} is over`));
      return 'expired';
    }
  }
  await finishTask(runtime, scope, record, { token, repeat: !completed });
  return 'accepted';
}
