import { readRef, refOf } from '../model/execution-ref.ts';
import { isFinalRun } from '../model/run.ts';
import { childrenOf } from '../runtime/children-of.ts';
import { drainRun } from '../runtime/drain-run.ts';
import { readExecutionName } from '../runtime/execution-name.ts';
import type { RunStore } from '../runtime/ports/run-store.ts';
import type { RunControl } from '../runtime/ports/runs.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { tellParent } from '../runtime/tell-parent.ts';
import type { LocalEngine } from './local-engine.ts';

const LOOK_MS = 250;

/**
 * Other processes on this store may pause or cancel a run that is executed here: while there are such runs, this process looks whether
 * they still want to be. On AWS whoever stops a run stops its execution, wherever that is.
 */
export class RunWatch {
  readonly #store: Pick<RunStore, 'getControl'>;
  readonly #engine: LocalEngine;
  readonly #runtime: Runtime;
  /** Ends of child runs, by execution. */
  readonly #heard = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<RunStore, 'getControl'>, engine: LocalEngine, runtime: Runtime) {
    this.#store = store;
    this.#engine = engine;
    this.#runtime = runtime;
  }

  /** An execution has started here. */
  begin(): void {
    this.#timer ??= setInterval(() => void this.#look().catch(() => {}), LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const names = this.#engine.running();
    if (names.length === 0) this.close();
    for (const name of names) {
      const found = readExecutionName(name);
      if (found !== undefined) await this.#obey(name, refOf(found));
    }
  }

  async #obey(executionName: string, ref: string): Promise<void> {
    const { runId, execution } = readRef(ref);
    const control = await this.#store.getControl(runId);
    const isOurs = control?.execution === execution;
    if (isOurs && (control.status === 'executing' || control.status === 'queued')) return this.#hear(control);
    const pausing = isOurs && control.status === 'pausing';
    if (pausing) this.#runtime.attempts.drain(ref);
    else this.#runtime.attempts.abort(ref, `the run is ${control?.status ?? 'gone'}`);
    await this.#engine.stopExecution('', executionName);
    if (pausing) await drainRun(this.#runtime, ref);
  }

  /** What child runs have come to that another process took over: it can end their tasks, but not tell the states that wait here. */
  async #hear(control: RunControl): Promise<void> {
    for (const childId of await childrenOf(this.#runtime, control)) {
      const child = await this.#store.getControl(childId);
      const end = child !== undefined && isFinalRun(child.status) ? `${childId}/${child.execution}` : undefined;
      if (end === undefined || this.#heard.has(end)) continue;
      await tellParent(this.#runtime, childId);
      this.#heard.add(end);
    }
  }
}
