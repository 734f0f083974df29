import { MissingOutputError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import { isFinal } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { bindTask } from './bind-task.ts';
import { dispatchWithin } from './dispatch-within.ts';
import {
  AttemptSupersededError,
  asTaskError,
  BindingFailedError,
  OrchestratorUnavailableError,
  RunStoppedError,
  StateError,
  TaskBlockedError,
  TaskFailedError,
} from './errors.ts';
import { finishTask } from './finish-task.ts';
import { ACCEPTED, type RunState, type TaskItem } from './ports.ts';
import { type RunScope, type Runtime, timestamp } from './runtime.ts';

export interface RunTaskInput {
  readonly run_id: string;
  readonly task: number;
  /** Of the state, where it waits to be told that the task is done. */
  readonly token?: string | undefined;
}

/**
 * Runs when a task's state is entered: one attempt of the task.
 *
 * Safe to repeat at any point. An invocation that finds the task completed repeats the notifications; one that finds an
 * attempt under way takes over as the next attempt, and the earlier one's result will be discarded.
 *
 * @throws StateError under the name by which the state's Retry and Catch decide what comes next
 */
export async function runTask(runtime: Runtime, input: RunTaskInput): Promise<void> {
  try {
    const spec = await runtime.specs.get(input.run_id);
    await attemptTask(runtime, { runId: input.run_id, spec }, spec.tasks[input.task]!, input.token);
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new OrchestratorUnavailableError(String(error), { cause: error });
  }
}

async function attemptTask(runtime: Runtime, scope: RunScope, record: TaskRecord, token: string | undefined): Promise<void> {
  const { store, clock } = runtime;
  const { runId, spec } = scope;
  const { run, tasks } = await store.readTasks(runId, [record.ordinal, ...record.dependencies], producersOf(record));
  const item = tasks.get(record.ordinal);
  if (item?.status === 'completed') return finishTask(runtime, scope, record, { token, repeat: true });
  refuse(run, item, record, spec.tasks, tasks);

  const bound = bind(record, spec.tasks, tasks, run!.context);
  const attempt = (item?.attempt ?? 0) + 1;
  if (!(await store.claimTask(runId, record, attempt, timestamp(clock)))) throw superseded(record, attempt);
  const callbackId = token === undefined ? undefined : runtime.makeId();
  // before the dispatch: an executor may report before it answers
  if (callbackId !== undefined) await store.putCallback(callbackId, { run_id: runId, ordinal: record.ordinal, attempt, token: token! });

  let outputs: JsonObject;
  try {
    const answer = await dispatchWithin(runtime, record, { ...bound, attempt, callbackId });
    if (answer === ACCEPTED) return;
    outputs = answer;
  } catch (error) {
    const failure = error instanceof StateError ? error : new TaskFailedError(String(error), { cause: error });
    const released = await store.releaseTask(runId, record, attempt, asTaskError(failure), timestamp(clock));
    throw released ? failure : superseded(record, attempt);
  }
  if (!(await store.completeTask(runId, record, attempt, outputs, timestamp(clock)))) throw superseded(record, attempt);
  await finishTask(runtime, scope, record, { token, repeat: false });
}

/** The tasks whose outputs the task reads. */
function producersOf({ references, boundInputs }: TaskRecord): number[] {
  const sources = [...Object.values(references), ...Object.values(boundInputs)].map(({ source }) => source);
  return [...new Set(sources.filter((source) => source !== 'context'))];
}

/** Throws where the task must not start. */
function refuse(
  run: RunState | undefined,
  item: TaskItem | undefined,
  record: TaskRecord,
  records: readonly TaskRecord[],
  tasks: Map<number, TaskItem>,
): void {
  if (run?.status !== 'executing') throw new RunStoppedError(`the run is ${run?.status ?? 'unknown'}`);
  if (item?.status === 'blocked') throw new TaskBlockedError(item.error?.message ?? 'blocked');
  if (item !== undefined && isFinal(item.status)) throw new RunStoppedError(`task ${record.id} is ${item.status}`);
  for (const dependency of record.dependencies) {
    const status = tasks.get(dependency)?.status ?? 'pending';
    if (status === 'completed') continue;
    const text = `its dependency ${records[dependency]!.id} is ${status}`;
    throw isFinal(status) ? new TaskBlockedError(text) : new AttemptSupersededError(`task ${record.id} was started while ${text}`);
  }
}

function bind(
  record: TaskRecord,
  records: readonly TaskRecord[],
  tasks: Map<number, TaskItem>,
  context: JsonObject,
): { content: string; inputs: JsonObject } {
  try {
    return bindTask(record, (ordinal) => ({ id: records[ordinal]!.id, outputs: tasks.get(ordinal)?.outputs ?? {} }), context);
  } catch (error) {
    if (error instanceof MissingOutputError) throw new BindingFailedError(error.message, { cause: error });
    throw error;
  }
}

function superseded(record: TaskRecord, attempt: number): AttemptSupersededError {
  return new AttemptSupersededError(`another invocation of task ${record.id} has taken over from attempt ${attempt}`);
}
