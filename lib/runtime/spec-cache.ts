import type { ExecutionRef } from '../model/execution-ref.ts';
import type { RunSpec } from '../model/task-record.ts';

const KEPT_SPECS = 16;

/**
 * The spec of an execution never changes, so a warm process reads each only once, however many ask for it in the same moment. Keeps those
 * that were asked for first of late, and those that are held.
 */
export class SpecCache {
  readonly #load: (ref: ExecutionRef) => Promise<RunSpec | undefined>;
  readonly #specs = new Map<ExecutionRef, RunSpec>();
  /** Of executions that go on here, as far as they are known; apart from the others, whose number is limited. */
  readonly #held = new Map<ExecutionRef, RunSpec | undefined>();
  readonly #loading = new Map<ExecutionRef, Promise<RunSpec | undefined>>();

  constructor(load: (ref: ExecutionRef) => Promise<RunSpec | undefined>) {
    this.#load = load;
  }

  /** undefined where there is no such execution, or none any more. */
  async find(ref: ExecutionRef): Promise<RunSpec | undefined> {
    const known = this.#held.get(ref) ?? this.#specs.get(ref);
    if (known !== undefined) return known;
    let loading = this.#loading.get(ref);
    if (loading === undefined) {
      loading = this.#read(ref).finally(() => this.#loading.delete(ref));
      this.#loading.set(ref, loading);
    }
    return loading;
  }

  put(ref: ExecutionRef, spec: RunSpec): void {
    if (this.#held.has(ref)) {
      this.#held.set(ref, spec);
      return;
    }
    if (this.#specs.size >= KEPT_SPECS) this.#specs.delete(this.#specs.keys().next().value!);
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

  async #read(ref: ExecutionRef): Promise<RunSpec | undefined> {
    const spec = await this.#load(ref);
    if (spec !== undefined) this.put(ref, spec);
    return spec;
  }
}
