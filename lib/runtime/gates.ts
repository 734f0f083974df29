import { isFinal } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import type { RunScope, Runtime } from './runtime.ts';

/*
 * Gates and slots: a gated task starts exactly when its dependencies are done and a slot is free; nothing polls. Any
 * invocation may die between two store calls, be repeated, or be believed dead and go on (a zombie).
 *
 *   admit-task y:   add token, read arrived  --complete-->  admitted(y)
 *   run-task x:     add x to arrived of y, read it  --complete, token there-->  admitted(y);   then free x's slot, hand over
 *   admitted(y):    take a slot  --got it--> grant(y)   --none--> put y among the waiting, take once more
 *   hand over:      take for the best waiting y, grant(y), again
 *
 * What each order of steps is for is said where it is kept; test/runtime/protocol-explorer.test.ts breaks each on purpose.
 */

/**
 * Opens the gate of a task that has its slot. Tokens are read only now: a token added later finds the slot taken for it.
 * Tokens of dead invocations are in the set too; nobody waits under them and they are passed over.
 */
async function grant(runtime: Runtime, { runId, spec }: RunScope, ordinal: number): Promise<void> {
  const { store, engine } = runtime;
  let delivered = false;
  for (const token of await store.listTokens(runId, ordinal)) {
    if (await engine.openGate(token)) delivered = true;
  }
  if (!spec.tasks[ordinal]!.gate!.slot) return;
  if (!delivered && (await isThrough(runtime, runId, ordinal))) await store.freeSlot(runId, ordinal); // a slot for a task that ended long ago
  await store.deleteWaiting(runId, ordinal); // last: until here a repeat finds the task again
}

/** The dependencies of a gated task are done: its gate opens as soon as there is a slot. */
async function admitted(runtime: Runtime, scope: RunScope, ordinal: number): Promise<void> {
  const { store } = runtime;
  const { runId, spec } = scope;
  const { gate, rank } = spec.tasks[ordinal]!;
  if (!gate!.slot || (await store.takeSlot(runId, ordinal, spec.slots))) return grant(runtime, scope, ordinal);
  await store.putWaiting(runId, ordinal, rank);
  // a slot may have been freed, and handed to nobody, before this task was among the waiting
  if (await store.takeSlot(runId, ordinal, spec.slots)) await grant(runtime, scope, ordinal);
}

/**
 * Gives free slots to the best waiting tasks until there are no slots or no tasks. A waiting task that holds a slot is left to
 * whoever took it for it: if that one died it is repeated, and a repeat grants such slots. Otherwise all finishers of a moment
 * would let in the same tasks, each time one more of them.
 */
async function handOver(runtime: Runtime, scope: RunScope): Promise<void> {
  for (;;) {
    const next = await runtime.store.takeForBest(scope.runId, scope.spec.slots);
    if (next === undefined) return;
    await grant(runtime, scope, next);
  }
}

/** Mends what crashes left: holders that are through lose their slot, the others get their gate opened. Reads at most `slots` tasks. */
async function sweep(runtime: Runtime, scope: RunScope): Promise<void> {
  for (const holder of await runtime.store.listHolders(scope.runId)) {
    if (await isThrough(runtime, scope.runId, holder)) await runtime.store.freeSlot(scope.runId, holder);
    else await grant(runtime, scope, holder);
  }
}

async function isThrough(runtime: Runtime, runId: string, ordinal: number): Promise<boolean> {
  const { tasks } = await runtime.store.readTasks(runId, [ordinal], []);
  const item = tasks.get(ordinal);
  return item !== undefined && isFinal(item.status);
}

/** A gate was entered with `token`. Entered again (after a crash, or after its hour) it heals first. */
export async function enterGate(runtime: Runtime, scope: RunScope, record: TaskRecord, token: string): Promise<void> {
  const { store, engine } = runtime;
  const gate = record.gate!;
  const { arrived, reentered, final } = await store.addToken(scope.runId, record.ordinal, token);
  if (reentered && gate.slot) {
    await sweep(runtime, scope);
    await handOver(runtime, scope);
  }
  // read after the token was added: whoever makes the task final later reads the token
  if (final) await engine.openGate(token);
  else if (arrived >= gate.dependencies.length) await admitted(runtime, scope, record.ordinal);
}

/**
 * Everything that hangs on a completed task: gates that wait for it, then its slot. On a `repeat`, when the invocation that
 * completed the task may have died half-way, slots it had taken for others are granted too.
 */
export async function passOn(runtime: Runtime, scope: RunScope, record: TaskRecord, repeat: boolean): Promise<void> {
  for (const ordinal of record.opens) {
    const { arrived, hasToken } = await runtime.store.addArrival(scope.runId, ordinal, record.ordinal);
    if (hasToken && arrived >= scope.spec.tasks[ordinal]!.gate!.dependencies.length) await admitted(runtime, scope, ordinal);
  }
  await leaveSlot(runtime, scope, record, repeat);
}

/** Gives back the slot of a task that is through and hands it on. */
export async function leaveSlot(runtime: Runtime, scope: RunScope, record: TaskRecord, repeat: boolean): Promise<void> {
  if (record.gate?.slot !== true) return;
  const { store } = runtime;
  await store.freeSlot(scope.runId, record.ordinal);
  if (repeat) {
    for (const holder of await store.listHolders(scope.runId)) {
      if (await store.isWaiting(scope.runId, holder)) await grant(runtime, scope, holder);
    }
  }
  await handOver(runtime, scope);
}

/** Opens the gates of tasks that will never run, so that their states end. They need no slot for that. */
export async function releaseGates(runtime: Runtime, scope: RunScope, ordinals: readonly number[]): Promise<void> {
  for (const ordinal of ordinals) {
    if (scope.spec.tasks[ordinal]!.gate === undefined) continue;
    for (const token of await runtime.store.listTokens(scope.runId, ordinal)) await runtime.engine.openGate(token);
  }
}
