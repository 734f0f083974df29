import { type ExecutionRef, readRef } from '../model/execution-ref.ts';
import type { RunSpec } from '../model/task-record.ts';
import { mayGrow, withItems } from './item-records.ts';
import type { RunStore } from './ports/run-store.ts';

const KEPT_SPECS = 16;

/**
 * The spec of an execution never changes but for the tasks that a foreach comes to, so a warm process reads each only once, however many
 * ask for it in the same moment. Keeps those that were asked for first of late, and those that are held.
 */
export class SpecCache {
  readonly #store: Pick<RunStore, 'getSpec' | 'listExpansions'>;
  readonly #specs = new Map<ExecutionRef, RunSpec>();
  /** Of executions that go on here, as far as they are known; apart from the others, whose number is limited. */
  readonly #held = new Map<ExecutionRef, RunSpec | undefined>();
  readonly #loading = new Map<ExecutionRef, Promise<RunSpec | undefined>>();

  constructor(store: Pick<RunStore, 'getSpec' | 'listExpansions'>) {
    this.#store = store;
  }

  /**
   * @param ordinal a task that is there: one that is known needs no look at what a foreach has come to meanwhile. Without it all tasks are
   *   to be known.
   * @returns undefined where there is no such execution, or none any more
   */
  async find(ref: ExecutionRef, ordinal?: number): Promise<RunSpec | undefined> {
    const known = await this.#load(ref);
    if (known === undefined) return undefined;
    const isComplete = ordinal === undefined ? !mayGrow(known) : ordinal < known.tasks.length;
    return isComplete ? known : this.#grow(ref);
  }

  put(ref: ExecutionRef, spec: RunSpec): void {
    if (this.#held.has(ref)) {
      this.#held.set(ref, spec);
      return;
    }
    if (!this.#specs.has(ref) && this.#specs.size >= KEPT_SPECS) this.#specs.delete(this.#specs.keys().next().value!);
    this.#specs.set(ref, spec);
  }

  /** An execution goes on in this process: until `release` its spec stays, whatever else is asked for, so that all its steps share one. */
  hold(ref: ExecutionRef): void {
    if (!this.#held.has(ref)) this.#held.set(ref, this.#specs.get(ref));
    this.#specs.delete(ref);
  }

  release(ref: ExecutionRef): void {
    const spec = this.#held.get(ref);
    this.#held.delete(ref);
    if (spec !== undefined) this.put(ref, spec);
  }

  #known(ref: ExecutionRef): RunSpec | undefined {
    return this.#held.get(ref) ?? this.#specs.get(ref);
  }

  /** As far as it is known here. */
  async #load(ref: ExecutionRef): Promise<RunSpec | undefined> {
    const known = this.#known(ref);
    if (known !== undefined) return known;
    let loading = this.#loading.get(ref);
    if (loading === undefined) {
      loading = this.#read(ref).finally(() => this.#loading.delete(ref));
      this.#loading.set(ref, loading);
    }
    return loading;
  }

  async #read(ref: ExecutionRef): Promise<RunSpec | undefined> {
    const spec = await this.#store.getSpec(ref);
    if (spec !== undefined) this.put(ref, spec);
    return spec;
  }

  /** With what has come to it since; what earlier executions came to is in the spec already. */
  async #grow(ref: ExecutionRef): Promise<RunSpec | undefined> {
    const { runId, execution } = readRef(ref);
    const expansions = await this.#store.listExpansions(runId);
    // many ask at once when a foreach has begun: the first one does it for all, so nobody waits between here and there where it is known
    const known = this.#known(ref) ?? (await this.#load(ref));
    if (known === undefined) return undefined;
    const spec = withItems(
      known,
      expansions.filter((each) => each.execution === execution),
    );
    this.put(ref, spec);
    return spec;
  }
}
