import { type ExecutionRef, readRef } from '../model/execution-ref.ts';
import { sharedPoolsOf } from '../runtime/demands.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { settleRun } from '../runtime/settle-run.ts';
import { isAlive } from './process-mark.ts';
import type { SqliteStore } from './sqlite/sqlite-store.ts';

const MAIL_MS = 100;
const ORPHANS_EVERY = 20;

/**
 * Several processes may have runs on one store that share a pool: who frees a place may have to let in another process's task, and a
 * process may end with places taken. While this process has such runs, it looks for both. On AWS neither arises: Step Functions
 * carries tokens to whoever waits, and tells when an execution has died.
 */
export class SharedPoolWatch {
  readonly #store: SqliteStore;
  readonly #runtime: Runtime;
  readonly #mark: string;
  /** Executions in this process, with the shared pools they use. */
  readonly #runs = new Map<ExecutionRef, readonly string[]>();
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;

  /** @param mark what tokens of this process begin with */
  constructor(store: SqliteStore, runtime: Runtime, mark: string) {
    this.#mark = mark;
    this.#store = store;
    this.#runtime = runtime;
  }

  async begin(ref: ExecutionRef): Promise<void> {
    const spec = await this.#runtime.specs.find(ref);
    const pools = spec === undefined ? [] : sharedPoolsOf(spec);
    if (pools.length === 0) return;
    this.#runs.set(ref, pools);
    this.#timer ??= setInterval(() => void this.#look().catch(() => {}), MAIL_MS).unref();
  }

  /** The last look, for those that come later: nobody else may be there to settle a process that has died meanwhile. */
  async end(ref: ExecutionRef): Promise<void> {
    if (!this.#runs.has(ref)) return;
    await this.#settleOrphans();
    this.#runs.delete(ref);
    if (this.#runs.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    for (const token of await this.#store.takeMail(this.#mark)) await this.#runtime.engine.openGate(token);
    if (this.#ticks++ % ORPHANS_EVERY === 0) await this.#settleOrphans();
  }

  /** Runs that hold places although the process that ran them is gone. */
  async #settleOrphans(): Promise<void> {
    const [own] = this.#runs.keys();
    if (own === undefined) return;
    for (const pool of new Set([...this.#runs.values()].flat())) {
      for (const holder of await this.#store.listSharedHolders(own, pool)) {
        if (this.#runs.has(holder.ref)) continue;
        // a run that is about to start holds places before anybody waits under a token
        const process = await this.#store.processOf(readRef(holder.ref).runId);
        if (process === null || !isAlive(process))
          await settleRun(this.#runtime, holder.ref, { reason: 'the process that ran it has ended', dead: true });
      }
    }
  }
}
