import { join } from 'node:path';
import { type Executors, makeDispatcher } from '../executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../executors/mock.ts';
import { refOf } from '../model/execution-ref.ts';
import { controlStateOf } from '../runtime/control-table.ts';
import { evaluateCondition } from '../runtime/evaluate-condition.ts';
import { readExecutionName } from '../runtime/execution-name.ts';
import { loadedChildRuns } from '../runtime/loaded-child-runs.ts';
import type { Orphans } from '../runtime/orphans.ts';
import type { BlobStore } from '../runtime/ports/blob-store.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { RunEvent } from '../runtime/ports/run-event.ts';
import type { StartQueue } from '../runtime/ports/start-queue.ts';
import { makeRuntime, type Runtime } from '../runtime/runtime.ts';
import { settleRun } from '../runtime/settle-run.ts';
import type { WaitPorts } from '../runtime/wait-for-run.ts';
import { type ExecutionEnd, LocalEngine } from './local-engine.ts';
import { MemoryBlobStore } from './memory-blob-store.ts';
import { closeMark, isAlive, markOf, openMark } from './process-mark.ts';
import { RealClock } from './real-clock.ts';
import { RunWaiters } from './run-waiters.ts';
import { RunWatch } from './run-watch.ts';
import { SharedPoolWatch } from './shared-pool-watch.ts';
import type { UnfinishedRun } from './sqlite/run-tables.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';

export const STORE_FILE = 'task-orchestrator.db';
/** How often runs are looked at that another process may change. */
const OTHERS_LOOK_MS = 250;

export interface LocalPlatformOptions {
  /** Folder of the store's file; without it everything is in memory and gone with the process. */
  readonly dataDir?: string | undefined;
  /** Wait for the disk at each step. */
  readonly fsync?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly agentExecutor?: Executors['agent'];
  readonly toolExecutor?: Executors['tool'];
  /** Called for every change of status, after it is stored. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/** Everything a run needs, in this process: store, interpreter, executors. */
export class LocalPlatform implements Orphans {
  readonly store: SqliteStore;
  readonly blobs: BlobStore;
  readonly engine: LocalEngine;
  readonly runtime: Runtime;
  readonly sharedPools: SharedPoolWatch;
  /** Of runs that change in this process. */
  readonly waiters = new RunWaiters();
  readonly #watch: RunWatch;
  /** Two in one process are as good as two processes. */
  readonly #mark = openMark();
  readonly #isShared: boolean;
  #queue: StartQueue | undefined;

  /** @throws StoreUnusableError */
  constructor(options: LocalPlatformOptions) {
    const clock = options.clock ?? new RealClock();
    const isShared = options.dataDir !== undefined && clock instanceof RealClock;
    this.#isShared = isShared;
    this.store = new SqliteStore({
      path: options.dataDir === undefined ? ':memory:' : join(options.dataDir, STORE_FILE),
      fsync: options.fsync ?? false,
      // a store in memory, or in time of its own, is nobody else's
      process: isShared ? this.#mark : undefined,
      onRunEvent: (event) => this.waiters.tell(event),
      onEvent: options.onEvent && isolated(options.onEvent),
    });
    this.blobs = options.dataDir === undefined ? new MemoryBlobStore() : this.store.blobs;
    this.engine = new LocalEngine({
      clock,
      onEnd: (executionName, end) => this.#settle(executionName, end),
      ...(isShared && {
        tokenPrefix: this.#mark,
        forward: (token: string) => this.#forward(token),
        // of several processes that drive a run, one has started it
        mayStart: async (name: string) => (await this.store.processOf(readExecutionName(name)!.runId)) === this.#mark,
        onStart: (executionName: string) => {
          const ref = refOf(readExecutionName(executionName)!);
          this.runtime.specs.hold(ref);
          this.#watch.begin();
          return this.sharedPools.begin(ref);
        },
      }),
    });
    const dispatch = makeDispatcher({ agent: options.agentExecutor, tool: options.toolExecutor, mock: makeMockDispatcher(clock) });
    const queue: StartQueue = { send: (runId, delaySec) => this.#sendToQueue(runId, delaySec) };
    this.runtime = makeRuntime({
      store: this.store,
      engine: this.engine,
      dispatch,
      clock,
      queue,
      evaluateCondition,
      childRuns: loadedChildRuns,
    });
    this.engine.attach(this.runtime);
    this.sharedPools = new SharedPoolWatch(this.store, this.runtime, this.#mark);
    this.#watch = new RunWatch(this.store, this.engine, this.runtime);
  }

  /** The queue starts runs with the runtime, and the runtime leaves child runs to the queue: they meet here. */
  attach(queue: StartQueue): void {
    this.#queue = queue;
  }

  async #sendToQueue(runId: string, delaySec: number): Promise<void> {
    if (this.#queue === undefined) throw new TypeError(`this process starts no child runs: run ${runId}`);
    await this.#queue.send(runId, delaySec);
  }

  /** Settles all runs that a process has left which is gone. @returns those that can be resumed for that, the oldest first */
  async settleOrphans(): Promise<string[]> {
    const interrupted: string[] = [];
    for (const run of await this.store.listUnfinished()) if (await this.#settleOrphan(run)) interrupted.push(run.run_id);
    return interrupted;
  }

  async settleOrphan(runId: string): Promise<void> {
    const run = await this.store.getUnfinished(runId);
    if (run !== undefined) await this.#settleOrphan(run);
  }

  async takeOrphan(runId: string): Promise<boolean> {
    const run = await this.store.getUnfinished(runId);
    if (run?.status !== 'queued' || run.process === null || isAlive(run.process)) return false;
    return this.store.takeRun(runId, run.process);
  }

  /** @returns whether it can be resumed: it was not being paused or cancelled, and some of its tasks had not ended */
  async #settleOrphan({ run_id: runId, execution, status, process }: UnfinishedRun): Promise<boolean> {
    if (status === 'queued' || process === null || isAlive(process)) return false;
    await settleRun(this.runtime, refOf({ runId, execution }), { reason: 'the process that ran it has ended', dead: true });
    const control = await this.store.getControl(runId);
    return control?.execution === execution && controlStateOf(control) === 'interrupted';
  }

  /** Whether another process that lives has the run: it executes it, or is about to. */
  async isElsewhere(runId: string): Promise<boolean> {
    const run = await this.store.getUnfinished(runId);
    return run !== undefined && run.process !== null && run.process !== this.#mark && isAlive(run.process);
  }

  close(): void {
    this.waiters.close();
    this.sharedPools.close();
    this.#watch.close();
    this.engine.close();
    this.store.close();
    closeMark(this.#mark);
  }

  /** How to wait for a run: others may change it where the store is a folder. */
  get waitPorts(): WaitPorts {
    const lookEveryMs = this.#isShared ? OTHERS_LOOK_MS : undefined;
    return { store: this.store, clock: this.runtime.clock, changes: this.waiters, lookEveryMs };
  }

  /** A token of another process, which looks for it as long as it lives. */
  async #forward(token: string): Promise<boolean> {
    if (!isAlive(markOf(token))) return false;
    await this.store.putMail(token);
    return true;
  }

  /** A run whose execution ended without finish-run is over too. */
  async #settle(executionName: string, { status, error = '', cause = '' }: ExecutionEnd): Promise<void> {
    const found = readExecutionName(executionName);
    if (found === undefined) return;
    const ref = refOf(found);
    this.runtime.specs.release(ref);
    await this.sharedPools.end(ref);
    const reason = `the execution ended ${status}: ${error} ${cause}`.trim();
    await settleRun(this.runtime, ref, { reason, timedOut: status === 'TIMED_OUT' });
  }
}

/** What a listener throws is its own affair: the run goes on, the process is warned. */
function isolated(listen: (event: RunEvent) => void): (event: RunEvent) => void {
  return (event) => {
    try {
      listen(event);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error), { type: 'EventListenerFailed' });
    }
  };
}
