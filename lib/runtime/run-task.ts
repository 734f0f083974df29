import { MissingOutputError } from '../model/errors.ts';
import type { ExecutionRef } from '../model/execution-ref.ts';
import type { JsonObject } from '../model/json.ts';
import { isFinal } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { withoutData } from '../model/without-data.ts';
import { bindTask, type ForeachItem, type Producer } from './bind-task.ts';
import { deadlineOf, usageToCount, usedUp } from './budget.ts';
import { runsPlan } from './child-run-id.ts';
import { earliestDeadline, timedBy } from './compound-deadline.ts';
import { type Bounds, dispatchWithin } from './dispatch-within.ts';
import { drainRun } from './drain-run.ts';
import {
  AttemptSupersededError,
  asTaskError,
  BindingFailedError,
  OrchestratorUnavailableError,
  RunFailedFastError,
  RunStoppedError,
  StateError,
  TaskBlockedError,
  TaskFailedError,
  TaskSkippedError,
} from './errors.ts';
import { failedFast } from './fail-fast.ts';
import { finishTask } from './finish-task.ts';
import { leavePlaces } from './gates.ts';
import { gatherItems } from './gather-items.ts';
import { requireList } from './item-lists.ts';
import { ACCEPTED } from './ports/executors.ts';
import type { RunState } from './ports/runs.ts';
import type { TaskItem } from './ports/tasks.ts';
import { type RunScope, type Runtime, scopeOf, timestamp } from './runtime.ts';
import { decideBy, runsAfterFailure } from './trigger-rules.ts';

export interface RunTaskInput {
  readonly run_id: ExecutionRef;
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
    const scope = await scopeOf(runtime, input.run_id, input.task);
    await attemptTask(runtime, scope, scope.spec.tasks[input.task]!, input.token);
  } catch (error) {
    if (error instanceof StateError) throw error;
    const cause = withoutData(error);
    throw new OrchestratorUnavailableError(String(cause), { cause });
  }
}

async function attemptTask(runtime: Runtime, scope: RunScope, record: TaskRecord, token: string | undefined): Promise<void> {
  const { store, clock } = runtime;
  const { runId, spec } = scope;
  const { run, tasks } = await store.readTasks(
    runId,
    [record.ordinal, ...record.dependencies, ...(record.reads ?? []), ...timedBy(record)],
    producersOf(record),
  );
  const item = tasks.get(record.ordinal);
  if (item?.status === 'completed') return finishTask(runtime, scope, record, { token, repeat: true });
  requireExecuting(run, scope);
  if ((spec.failFast || record.within !== undefined) && item !== undefined && isFinal(item.status))
    await leavePlaces(runtime, scope, record, false); // let in, and then cancelled
  const deadline = earliestDeadline(record, tasks, run, deadlineOf(run, spec));
  refuse(item, record, usedUp(run, spec) ?? (deadline !== undefined && clock.now() >= deadline.atMs ? deadline.error : undefined));
  if (run.failing && record.end === undefined && item?.started !== true && !runsAfterFailure(record.rule?.name))
    throw new RunFailedFastError(failedFast().message);
  requireDependencies(record, spec.tasks, tasks);
  await requireConditions(runtime, record, spec.tasks, tasks, run.context);

  const bound = await inputsOf(runtime, scope, record, tasks, run.context);
  if (runsPlan(record)) return runtime.childRuns.attempt(runtime, scope, record, { item, inputs: bound.inputs, token });
  const attempt = (item?.attempt ?? 0) + 1;
  if (!(await store.claimTask(runId, record, attempt, timestamp(clock)))) throw superseded(record, attempt);
  const running = runtime.attempts.begin(scope.ref);
  try {
    await carryOut(runtime, scope, record, { ...bound, attempt, failures: item?.failures ?? 0, token, deadline, running });
  } finally {
    if (running.end()) await drainRun(runtime, scope.ref);
  }
}

interface Attempt extends Bounds {
  readonly content: string;
  readonly inputs: JsonObject;
  readonly attempt: number;
  readonly failures: number;
  readonly token: string | undefined;
}

/** From the claim of an attempt to its end. */
async function carryOut(runtime: Runtime, scope: RunScope, record: TaskRecord, claimed: Attempt): Promise<void> {
  const { store, clock } = runtime;
  const { runId, spec } = scope;
  const { token, deadline, running, ...dispatched } = claimed;
  const { attempt } = dispatched;
  const callbackId = token === undefined ? undefined : runtime.makeId();
  // before the dispatch: an executor may report before it answers
  if (callbackId !== undefined) await store.putCallback(callbackId, { ref: scope.ref, ordinal: record.ordinal, attempt, token: token! });

  let outputs: JsonObject;
  try {
    const bounds = { deadline, running };
    const answer =
      record.type === 'compound' ? claimed.inputs : await dispatchWithin(runtime, record, { ...dispatched, callbackId }, bounds);
    if (answer === ACCEPTED) return;
    outputs = answer;
  } catch (error) {
    const failure = error instanceof StateError ? error : new TaskFailedError(String(error), { cause: error });
    // the attempt has not failed but was stopped: who stops a run ends its tasks, or has them begin anew
    if (failure instanceof RunStoppedError) throw failure;
    const released = await store.releaseTask(runId, record, attempt, asTaskError(failure), timestamp(clock));
    throw released ? failure : superseded(record, attempt);
  }
  const usage = usageToCount(spec, outputs);
  if (!(await store.completeTask(runId, record, attempt, outputs, timestamp(clock), usage))) throw superseded(record, attempt);
  await finishTask(runtime, scope, record, { token, repeat: false });
}

/** The tasks whose outputs the task or its conditions read. */
function producersOf({ references, boundInputs, conditions = [] }: TaskRecord): number[] {
  const sources = [...Object.values(references), ...Object.values(boundInputs), ...conditions].map(({ source }) => source);
  return [...new Set(sources.filter((source) => typeof source === 'number'))];
}

function requireExecuting(run: RunState | undefined, { execution }: RunScope): asserts run is RunState {
  if (run?.status !== 'executing') throw new RunStoppedError(`the run is ${run?.status ?? 'unknown'}`);
  if (run.execution !== execution) throw new RunStoppedError(`execution ${execution} of the run is over`);
}

/** Throws where the task has ended, or its run is over. */
function refuse(item: TaskItem | undefined, record: TaskRecord, over: StateError | undefined): void {
  if (item?.status === 'blocked') throw new TaskBlockedError(item.error?.message ?? 'blocked');
  if (item !== undefined && isFinal(item.status)) throw new RunStoppedError(`task ${record.id} is ${item.status}`);
  if (over !== undefined) throw over;
}

function requireDependencies(record: TaskRecord, records: readonly TaskRecord[], tasks: Map<number, TaskItem>): void {
  const { rule } = record;
  if (rule !== undefined) {
    const decision = decideBy(rule, (dependency) => tasks.get(dependency)?.status ?? 'pending');
    if (decision === 'run') return;
    const text = `its trigger rule ${rule.name} says ${decision}`;
    throw decision === 'wait' ? new AttemptSupersededError(`task ${record.id} was started while ${text}`) : new TaskBlockedError(text);
  }
  for (const dependency of record.dependencies) {
    const status = tasks.get(dependency)?.status ?? 'pending';
    if (status === 'completed') continue;
    const text = `its dependency ${records[dependency]!.id} is ${status}`;
    throw isFinal(status) ? new TaskBlockedError(text) : new AttemptSupersededError(`task ${record.id} was started while ${text}`);
  }
}

/** Asks the conditions of the dependencies that have completed. */
async function requireConditions(
  { evaluateCondition }: Runtime,
  { id, conditions = [] }: TaskRecord,
  records: readonly TaskRecord[],
  tasks: Map<number, TaskItem>,
  context: JsonObject,
): Promise<void> {
  for (const { source, text } of conditions) {
    const item = tasks.get(source);
    if (item?.status !== 'completed') continue;
    const dependency = records[source]!.id;
    const answer = await evaluateCondition(text, { outputs: item.outputs ?? {}, context });
    if ('error' in answer) throw new BindingFailedError(`the condition of ${id} on ${dependency} cannot be evaluated: ${answer.error}`);
    if (!answer.holds) throw new TaskSkippedError(`the condition of ${id} on ${dependency} does not hold`);
  }
}

/** What the task is given; of the end of a foreach, what it puts out. */
async function inputsOf(
  runtime: Runtime,
  scope: RunScope,
  record: TaskRecord,
  tasks: Map<number, TaskItem>,
  context: JsonObject,
): Promise<Bound> {
  if (record.foreach !== undefined) return { content: record.content, inputs: await gatherItems(runtime, scope, record) };
  const bound = bind(record, scope.spec.tasks, tasks, context, await itemsOf(runtime, scope, record));
  if (record.listsItems) requireList(bound.inputs, scope.spec.tasks[record.within!]!, record.inputs);
  return bound;
}

interface Bound {
  readonly content: string;
  readonly inputs: JsonObject;
}

/** What a task of a foreach's item reads as `item` and `index`, the nearest first; nothing where it reads neither. */
async function itemsOf({ lists }: Runtime, scope: RunScope, { item, references }: TaskRecord): Promise<ForeachItem[]> {
  if (!Object.values(references).some(({ source }) => source === 'item')) return [];
  const { tasks } = scope.spec;
  const items: ForeachItem[] = [];
  for (let at = item; at !== undefined; at = at.outer) {
    const { begin, index } = at;
    const of = tasks[tasks[begin]!.within!]!.id;
    items.push({ of, index, item: structuredClone((await lists.find(scope, begin))[index]!) });
  }
  return items;
}

function bind(
  record: TaskRecord,
  records: readonly TaskRecord[],
  tasks: Map<number, TaskItem>,
  context: JsonObject,
  items: readonly ForeachItem[],
): Bound {
  try {
    return bindTask(record, (ordinal) => producerOf(records[ordinal]!, tasks.get(ordinal)), context, items);
  } catch (error) {
    if (error instanceof MissingOutputError) throw new BindingFailedError(error.message, { cause: error });
    throw error;
  }
}

/** A task may run by its rule although one that it binds has not completed: that has no outputs, not even empty ones. */
function producerOf({ id }: TaskRecord, item: TaskItem | undefined): Producer {
  if (item?.status !== 'completed') throw new MissingOutputError(`task ${id} has no outputs: it is ${item?.status ?? 'pending'}`);
  return { id, outputs: item.outputs ?? {} };
}

function superseded(record: TaskRecord, attempt: number): AttemptSupersededError {
  return new AttemptSupersededError(`another invocation of task ${record.id} has taken over from attempt ${attempt}`);
}
