import type { JsonObject } from '../model/json.ts';
import { usageToCount } from './budget.ts';
import { childFailure } from './child-failure.ts';
import { childOutputs } from './child-outputs.ts';
import { childTokens } from './child-token.ts';
import { asTaskError, BindingFailedError, ChildRunCancelledError, type StateError } from './errors.ts';
import { finishTask } from './finish-task.ts';
import type { ParentTask } from './parent-task.ts';
import type { RunControl } from './ports/runs.ts';
import type { TaskItem } from './ports/tasks.ts';
import { type Runtime, timestamp } from './runtime.ts';

/** A task whose attempt is under way, or was. */
export interface BegunTask extends ParentTask {
  readonly item: Pick<TaskItem, 'status' | 'attempt' | 'failures'>;
}

/**
 * Ends the attempt of a task as its child run has ended, which is over: the task is completed, or the attempt has failed. What follows from it
 * is done, and the states that wait are told. Safe to repeat, also by several at once; who comes too late changes nothing.
 */
export async function takeChildEnd(runtime: Runtime, task: BegunTask, child: RunControl): Promise<void> {
  const end = await endOf(runtime, task, child);
  if ('outputs' in end) await complete(runtime, task, end.outputs);
  else await fail(runtime, task, end.failure);
}

/**
 * Does again what follows from an end that was taken: who took it may have died half-way, and states may have begun to wait since. Nothing
 * where it was not taken, or the task has gone on.
 */
export async function repeatChildEnd(runtime: Runtime, task: ParentTask, child: RunControl): Promise<void> {
  const { item, scope, parent } = task;
  if (item === undefined || scope.execution !== parent.execution || parent.status !== 'executing') return;
  const begun: BegunTask = { ...task, item };
  if (child.status === 'completed' && item.status === 'completed') {
    await finishTask(runtime, scope, task.record, { token: undefined, repeat: true });
    return open(runtime, begun);
  }
  const { for_parent: tried } = child.order;
  const hasFailed = item.status === 'pending' && tried?.ref === scope.ref && tried.failures + 1 === item.failures;
  if (!hasFailed) return;
  const end = await endOf(runtime, task, child);
  if ('failure' in end) await tell(runtime, await tokensOf(runtime, begun), end.failure);
}

async function endOf(
  runtime: Runtime,
  { record }: ParentTask,
  child: RunControl,
): Promise<{ readonly outputs: JsonObject } | { readonly failure: StateError }> {
  if (child.status !== 'completed') return { failure: await childFailure(runtime, record, child) };
  try {
    return { outputs: await childOutputs(runtime, child.run_id, record) };
  } catch (error) {
    if (error instanceof BindingFailedError) return { failure: error };
    throw error;
  }
}

async function complete(runtime: Runtime, task: BegunTask, outputs: JsonObject): Promise<void> {
  const { store, clock } = runtime;
  const { scope, record, item } = task;
  const usage = usageToCount(scope.spec, outputs);
  const completed = await store.completeTask(scope.runId, record, item.attempt, outputs, timestamp(clock), usage);
  if (!completed) {
    const now = (await store.readTasks(scope.runId, [record.ordinal], [])).tasks.get(record.ordinal);
    if (now?.status !== 'completed' || now.attempt !== item.attempt) return;
  }
  await finishTask(runtime, scope, record, { token: undefined, repeat: !completed });
  await open(runtime, task);
}

async function fail(runtime: Runtime, task: BegunTask, failure: StateError): Promise<void> {
  const { store, clock } = runtime;
  const { scope, record, item, parent } = task;
  const at = timestamp(clock);
  // no state is left to cancel the task of a run that is being paused, or is
  if (failure instanceof ChildRunCancelledError && (parent.status === 'pausing' || parent.status === 'paused')) {
    await store.cancelTasks(scope.runId, [record], asTaskError(failure), at);
    return;
  }
  const tokens = await tokensOf(runtime, task);
  // between two invocations of the state nobody waits: the next one takes the end, and is told. Else the failure would cost it no try
  if (parent.status === 'executing' && !(await isWaiting(runtime, tokens))) return;
  if (await store.releaseTask(scope.runId, record, item.attempt, asTaskError(failure), at)) await tell(runtime, tokens, failure);
}

async function isWaiting({ engine }: Runtime, tokens: readonly string[]): Promise<boolean> {
  for (const token of tokens) if (await engine.heartbeat(token)) return true;
  return false;
}

function tokensOf({ store }: Runtime, { scope, record, item }: BegunTask): Promise<string[]> {
  return childTokens(store, scope, { ordinal: record.ordinal, attempt: item.attempt });
}

async function open(runtime: Runtime, task: BegunTask): Promise<void> {
  for (const token of await tokensOf(runtime, task)) await runtime.engine.openGate(token);
}

async function tell({ engine }: Runtime, tokens: readonly string[], failure: StateError): Promise<void> {
  for (const token of tokens) await engine.failTask(token, failure);
}
