import { join } from 'node:path';
import { type Executors, makeDispatcher } from '../executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../executors/mock.ts';
import type { Clock } from '../runtime/clock.ts';
import { evaluateCondition } from '../runtime/evaluate-condition.ts';
import type { BlobStore, RunEvent } from '../runtime/ports.ts';
import { makeRuntime, type Runtime } from '../runtime/runtime.ts';
import { settleRun } from '../runtime/settle-run.ts';
import { runIdOf } from '../runtime/start-run.ts';
import { FileBlobStore } from './file-blob-store.ts';
import { type ExecutionEnd, LocalEngine } from './local-engine.ts';
import { MemoryBlobStore } from './memory-blob-store.ts';
import { isAlive, markOf, PROCESS_MARK } from './process-mark.ts';
import { RealClock } from './real-clock.ts';
import { SharedPoolWatch } from './shared-pool-watch.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';

export const STORE_FILE = 'task-orchestrator.db';
const BLOB_FOLDER = 'blobs';

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
export class LocalPlatform {
  readonly store: SqliteStore;
  readonly blobs: BlobStore;
  readonly engine: LocalEngine;
  readonly runtime: Runtime;
  readonly sharedPools: SharedPoolWatch;

  /** @throws StoreUnusableError */
  constructor(options: LocalPlatformOptions) {
    const clock = options.clock ?? new RealClock();
    this.store = new SqliteStore({
      path: options.dataDir === undefined ? ':memory:' : join(options.dataDir, STORE_FILE),
      fsync: options.fsync ?? false,
      ...(options.onEvent === undefined ? {} : { onEvent: isolated(options.onEvent) }),
    });
    this.blobs = options.dataDir === undefined ? new MemoryBlobStore() : new FileBlobStore(join(options.dataDir, BLOB_FOLDER));
    this.engine = new LocalEngine({
      clock,
      onEnd: (executionName, end) => this.#settle(executionName, end),
      // a store in memory, or in time of its own, is nobody else's
      ...(options.dataDir !== undefined &&
        clock instanceof RealClock && {
          tokenPrefix: PROCESS_MARK,
          forward: (token: string) => this.#forward(token),
          onStart: (executionName: string) => this.sharedPools.begin(runIdOf(executionName)!),
        }),
    });
    const dispatch = makeDispatcher({ agent: options.agentExecutor, tool: options.toolExecutor, mock: makeMockDispatcher(clock) });
    this.runtime = makeRuntime({ store: this.store, engine: this.engine, dispatch, clock, evaluateCondition });
    this.engine.attach(this.runtime);
    this.sharedPools = new SharedPoolWatch(this.store, this.runtime);
  }

  close(): void {
    this.sharedPools.close();
    this.engine.close();
    this.store.close();
  }

  /** A token of another process, which looks for it as long as it lives. */
  async #forward(token: string): Promise<boolean> {
    if (!isAlive(markOf(token))) return false;
    await this.store.putMail(token);
    return true;
  }

  /** A run whose execution ended without finish-run is over too. */
  async #settle(executionName: string, { status, error = '', cause = '' }: ExecutionEnd): Promise<void> {
    const runId = runIdOf(executionName);
    if (runId === undefined) return;
    await this.sharedPools.end(runId);
    const reason = `the execution ended ${status}: ${error} ${cause}`.trim();
    await settleRun(this.runtime, runId, { reason, timedOut: status === 'TIMED_OUT' });
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
