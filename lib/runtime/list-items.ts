import type { ExecutionRef } from '../model/execution-ref.ts';
import { INLINE_MAP_CONCURRENCY } from '../model/map-concurrency.ts';
import { isFinal } from '../model/run.ts';
import { MAX_ORDINALS, type TaskRecord } from '../model/task-record.ts';
import { endFollowers, type Reasons, type UnrunTask } from './end-followers.ts';
import { RunStoppedError, TaskFailedError } from './errors.ts';
import { cancelItemsOfFailing } from './fail-compounds-fast.ts';
import { failedFast } from './fail-fast.ts';
import type { Expansion } from './ports/tasks.ts';
import { type RunScope, type Runtime, scopeOf, timestamp } from './runtime.ts';
import { settleBehind } from './settle-behind.ts';

export interface ListItemsInput {
  readonly run_id: ExecutionRef;
  /** The end of the foreach. */
  readonly task: number;
}

/** The items of a foreach, each by the ordinal of its first task: some of the lists are empty. */
export interface ListedItems {
  /** Those to be done in the machine that asks. */
  readonly inline: readonly number[];
  /** Those to be done in executions of their own, each in chunks of what one Map runs at once. */
  readonly batches: readonly (readonly (readonly number[])[])[];
}

const NONE: ListedItems = { inline: [], batches: [] };

/**
 * Runs when a foreach has begun: gives its items their tasks, once, and says which they are. Safe to repeat.
 *
 * @throws RunStoppedError where the run is over or stands still; TaskFailedError where it would have too many tasks
 */
export async function listItems(runtime: Runtime, input: ListItemsInput): Promise<ListedItems> {
  const { store, lists } = runtime;
  const scope = await scopeOf(runtime, input.run_id);
  const record = scope.spec.tasks[input.task]!;
  const { begin, size, batches } = record.foreach!;
  const { run, tasks } = await store.readTasks(scope.runId, [record.ordinal, begin], []);
  if (run?.status !== 'executing' || run.execution !== scope.execution) throw new RunStoppedError(`the run is ${run?.status ?? 'unknown'}`);
  const status = tasks.get(begin)?.status ?? 'pending';
  if (status !== 'completed') throw new RunStoppedError(`${record.id} has not begun: that is ${status}`);
  const count = (await lists.find(scope, begin)).length;
  const expansion = await store.addExpansion(scope.ref, { task: record.ordinal, count, size });
  if (expansion === undefined) throw await refusal(runtime, scope, record);
  // read after its tasks were added: whoever has it end meanwhile either finds them, or has ended it before
  if (await hasEnded(runtime, scope, record)) {
    await cancelItems(runtime, scope, expansion);
    return NONE;
  }
  await settleStopped(runtime, await scopeOf(runtime, scope.ref), record);
  const items = Array.from({ length: count }, (_, index) => expansion.first + index * size);
  const { inline, batch } = batches!;
  if (count <= inline) return { inline: items, batches: [] };
  return { inline: [], batches: chunks(items, batch).map((each) => chunks(each, INLINE_MAP_CONCURRENCY)) };
}

async function refusal({ store }: Runtime, { runId, execution }: RunScope, { id }: TaskRecord): Promise<Error> {
  const { run } = await store.readTasks(runId, [], []);
  if (run?.status !== 'executing' || run.execution !== execution) return new RunStoppedError(`the run is ${run?.status ?? 'unknown'}`);
  return new TaskFailedError(`with the items of ${id} the run would have more than ${MAX_ORDINALS} tasks`);
}

async function hasEnded({ store }: Runtime, { runId }: RunScope, { ordinal }: TaskRecord): Promise<boolean> {
  const { tasks } = await store.readTasks(runId, [ordinal], []);
  return isFinal(tasks.get(ordinal)?.status ?? 'pending');
}

/** Items that come after a failure which nothing starts after. */
async function settleStopped(runtime: Runtime, scope: RunScope, record: TaskRecord): Promise<void> {
  const cancelled = await cancelItemsOfFailing(runtime, scope, record);
  if (cancelled.length === 0) return;
  const reasons: Reasons = { blocked: { code: 'E5204', message: 'blocked by the failure of a dependency' }, cancelled: failedFast() };
  const begin = scope.spec.tasks[record.foreach!.begin]!;
  const sweep = async (): Promise<UnrunTask[]> => [...cancelled, ...(await endFollowers(runtime, scope, cancelled, reasons))];
  await settleBehind(runtime, scope, { record: begin, status: 'completed' }, [], reasons, sweep);
}

/** Nobody else knew of them when the foreach was ended. */
async function cancelItems(runtime: Runtime, { runId, ref }: RunScope, { first, count, size }: Expansion): Promise<void> {
  const { spec } = await scopeOf(runtime, ref);
  const message = 'the foreach was cancelled before it did anything';
  await runtime.store.cancelTasks(
    runId,
    spec.tasks.slice(first, first + count * size),
    { code: 'E5204', message },
    timestamp(runtime.clock),
  );
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
}
