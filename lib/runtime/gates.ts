import { type ExecutionRef, readRef } from '../model/execution-ref.ts';
import { isFinal } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { decideTask } from './decide-task.ts';
import { demandOf, demandsOf, isShared, placesOf, sharedPoolsOf } from './demands.ts';
import type { Demand } from './ports/places.ts';
import { findScope, type RunScope, type Runtime, scopeWith } from './runtime.ts';
import { decides } from './trigger-rules.ts';

/*
 * Gates and places: a gated task starts exactly when its dependencies are done and there is a place in each pool that it is in;
 * nothing polls. A task's places are taken together and given back together. Any invocation may die between two store calls, be
 * repeated, or be believed dead and go on (a zombie).
 *
 *   admit-task y:   add token, read arrived  --complete-->  admitted(y)
 *   run-task x:     add x to arrived of y, read it  --complete, token there-->  admitted(y);   then free x's places, hand over
 *   with a rule (decide-task.ts) a gate is complete when the rule says so; settle-behind.ts tells it of all that have ended, well or not
 *   admitted(y):    take its places, unless a better one waits  --got them--> grant(y)   --no--> put y among the waiting, hand over
 *   hand over:      take for the best waiting y, grant(y), again
 *
 * What each order of steps is for is said where it is kept; test/runtime/protocol-explorer.test.ts breaks each on purpose.
 */

/**
 * Opens the gate of a task that has its places. Tokens are read only now: a token added later finds the places taken for it.
 * Tokens of dead invocations are in the set too; nobody waits under them and they are passed over.
 */
async function grant(runtime: Runtime, known: RunScope, ordinal: number): Promise<void> {
  const { store, engine } = runtime;
  const scope = await scopeWith(runtime, known, ordinal);
  const { ref, spec } = scope;
  let delivered = false;
  for (const token of await store.listTokens(ref, ordinal)) {
    if (await engine.openGate(token)) delivered = true;
  }
  const demand = demandOf(spec, ordinal);
  if (demand.length === 0) return;
  const isOver = !delivered && (await isThrough(runtime, ref, ordinal)); // it ended long ago
  if (isOver) await store.freePlaces(ref, ordinal, demand);
  await store.deleteWaiting(ref, ordinal); // last: until here a repeat finds the task again
  // one that decides may be let in again by a dependency that ends later, and others find its places taken meanwhile
  if (isOver && decides(spec.tasks[ordinal]!)) await handOver(runtime, scope);
}

/** A gated task may run: its gate opens as soon as it has its places. */
export async function admitted(runtime: Runtime, scope: RunScope, ordinal: number): Promise<void> {
  const { store } = runtime;
  const { ref, spec } = scope;
  const demand = demandOf(spec, ordinal);
  if (demand.length === 0) return grant(runtime, scope, ordinal);
  const { rank, priority = 0 } = spec.tasks[ordinal]!;
  const mayTake = !(await isOutranked(runtime, scope, ordinal, demand));
  if (mayTake && (await store.takePlaces(ref, ordinal, demand))) return grant(runtime, scope, ordinal);
  await store.putWaiting(ref, { ordinal, rank, priority }, demand);
  // a place may have been freed, and handed to nobody, before this task was among the waiting
  await handOver(runtime, scope);
}

/** Whether a better task of the run waits, or for a shared place another run that is no less urgent. */
async function isOutranked(runtime: Runtime, { ref, spec }: RunScope, ordinal: number, demand: Demand): Promise<boolean> {
  const { store } = runtime;
  const { rank, priority = 0 } = spec.tasks[ordinal]!;
  if (await store.isOutranked(ref, rank, demandsOf(spec))) return true;
  const shared = demand.find(isShared);
  if (shared === undefined) return false;
  const waiting = await store.listWaitingRuns(ref, shared.pool);
  return waiting.runs.some((run) => run.ref !== ref && run.priority >= priority);
}

/**
 * Gives free places to the best waiting tasks until there are no places or no tasks. A waiting task that holds its places is left
 * to whoever took them for it: if that one died it is repeated, and a repeat grants such tasks. Otherwise all finishers of a
 * moment would let in the same tasks, each time one more of them.
 */
async function handOver(runtime: Runtime, scope: RunScope): Promise<void> {
  // first, so that no run takes a shared place that is due to another
  for (const pool of sharedPoolsOf(scope.spec)) await handOverShared(runtime, scope.ref, pool);
  const own = demandsOf(scope.spec).filter((demand) => !demand.some(isShared));
  for (;;) {
    const next = await runtime.store.takeForBest(scope.ref, own);
    if (typeof next !== 'number') return;
    await grant(runtime, scope, next);
  }
}

/** The same with the places of a shared pool: each to the run whose turn it is, and there to the best task that can have its places. */
export async function handOverShared(runtime: Runtime, ref: ExecutionRef, pool: string): Promise<void> {
  const { store } = runtime;
  for (let goOn = true; goOn; ) {
    goOn = false;
    const { held, runs } = await store.listWaitingRuns(ref, pool);
    for (const waiting of runs) {
      const scope = await findScope(runtime, waiting.ref);
      if (scope === undefined) continue;
      const next = await store.takeForBest(scope.ref, demandsOf(scope.spec), { pool, held });
      if (next === undefined) {
        await store.forgetWaitingRun(waiting, pool, demandsOf(scope.spec));
        continue;
      }
      if (next !== 'over') await grant(runtime, scope, next);
      goOn = true; // whose turn it is now is another question
      break;
    }
  }
}

/** Mends what crashes left: holders that are through lose their places, the others get their gate opened. Reads as many tasks as there are places. */
async function sweep(runtime: Runtime, scope: RunScope): Promise<void> {
  const { ref } = scope;
  for (const holder of await runtime.store.listHolders(ref, placesOf(scope.spec))) {
    const { spec } = await scopeWith(runtime, scope, holder);
    if (await isThrough(runtime, ref, holder)) await runtime.store.freePlaces(ref, holder, demandOf(spec, holder));
    else await grant(runtime, scope, holder);
  }
}

async function isThrough(runtime: Runtime, ref: ExecutionRef, ordinal: number): Promise<boolean> {
  const { tasks } = await runtime.store.readTasks(readRef(ref).runId, [ordinal], []);
  const item = tasks.get(ordinal);
  return item !== undefined && isFinal(item.status);
}

/** A gate was entered with `token`. Entered again (after a crash, or after its hour) it heals first. */
export async function enterGate(runtime: Runtime, scope: RunScope, record: TaskRecord, token: string): Promise<void> {
  const { store, engine } = runtime;
  const { arrived, reentered, final } = await store.addToken(scope.ref, record.ordinal, token);
  if (reentered && demandOf(scope.spec, record.ordinal).length > 0) {
    await sweep(runtime, scope);
    await handOver(runtime, scope);
  }
  // read after the token was added: whoever makes the task final later reads the token
  if (final) await engine.openGate(token);
  else if (await mayRun(runtime, scope, record, arrived)) await admitted(runtime, scope, record.ordinal);
}

/** Before any dependency has arrived nothing is to be decided: a gate waits only where its task is not decided from the start. */
async function mayRun(runtime: Runtime, { runId }: RunScope, record: TaskRecord, arrived: number): Promise<boolean> {
  if (!decides(record) || arrived === 0) return arrived >= record.gate!.dependencies.length;
  return (await decideTask(runtime, runId, record)) === 'run';
}

/** Tells the gates of tasks that simply wait for a completed one. */
export async function arriveAtGates(runtime: Runtime, scope: RunScope, record: TaskRecord): Promise<void> {
  for (const ordinal of record.opens) {
    const waiting = scope.spec.tasks[ordinal]!;
    if (decides(waiting)) continue;
    const { arrived, hasToken } = await runtime.store.addArrival(scope.ref, ordinal, record.ordinal);
    if (hasToken && arrived >= waiting.gate!.dependencies.length) await admitted(runtime, scope, ordinal);
  }
}

/** Gives back the places of a task that is through and hands them on. */
export async function leavePlaces(runtime: Runtime, scope: RunScope, record: TaskRecord, repeat: boolean): Promise<void> {
  const demand = demandOf(scope.spec, record.ordinal);
  if (demand.length === 0) return;
  const { store } = runtime;
  await store.freePlaces(scope.ref, record.ordinal, demand);
  if (repeat) await grantWaitingHolders(runtime, scope);
  await handOver(runtime, scope);
}

/** Lets in whoever holds places and still waits: the invocation that took them for it may have died. In shared pools that may be any run's task. */
async function grantWaitingHolders(runtime: Runtime, scope: RunScope): Promise<void> {
  const { store } = runtime;
  for (const holder of await store.listHolders(scope.ref, placesOf(scope.spec))) {
    if (await store.isWaiting(scope.ref, holder)) await grant(runtime, scope, holder);
  }
  for (const pool of sharedPoolsOf(scope.spec)) {
    for (const { ref, ordinal } of await store.listSharedHolders(scope.ref, pool)) {
      const other = ref !== scope.ref && (await store.isWaiting(ref, ordinal)) ? await findScope(runtime, ref) : undefined;
      if (other !== undefined) await grant(runtime, other, ordinal);
    }
  }
}

/** Gives back what an execution that is over holds in pools that others wait for. Safe to repeat. */
export async function leaveSharedPools(runtime: Runtime, ref: ExecutionRef): Promise<void> {
  const spec = await runtime.specs.find(ref);
  if (spec === undefined) return;
  for (const pool of sharedPoolsOf(spec)) {
    await runtime.store.leaveSharedPool(ref, pool);
    await handOverShared(runtime, ref, pool);
  }
}

/** Opens the gates of tasks that will never run, so that their states end. They need no place for that. */
export async function releaseGates(runtime: Runtime, scope: RunScope, ordinals: readonly number[]): Promise<void> {
  for (const ordinal of ordinals) {
    if (scope.spec.tasks[ordinal]!.gate === undefined) continue;
    for (const token of await runtime.store.listTokens(scope.ref, ordinal)) await runtime.engine.openGate(token);
  }
}
