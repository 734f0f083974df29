import { type ExecutionRef, readRef } from '../model/execution-ref.ts';
import type { RunSpec } from '../model/task-record.ts';
import { mayGrow, withItems } from './item-records.ts';
import type { RunStore } from './ports.ts';

const KEPT_SPECS = 16;

/**
 * The spec of an execution never changes but for the tasks that a foreach comes to, so a warm process reads each only once. Keeps those that
 * were asked for first of late.
 */
export class SpecCache {
  readonly #store: Pick<RunStore, 'getSpec' | 'listExpansions'>;
  readonly #specs = new Map<ExecutionRef, RunSpec>();

  constructor(store: Pick<RunStore, 'getSpec' | 'listExpansions'>) {
    this.#store = store;
  }

  /**
   * @param ordinal a task that is there: one that is known needs no look at what a foreach has come to meanwhile. Without it all tasks are
   *   to be known.
   * @returns undefined where there is no such execution, or none any more
   */
  async find(ref: ExecutionRef, ordinal?: number): Promise<RunSpec | undefined> {
    const known = this.#specs.get(ref) ?? (await this.#store.getSpec(ref));
    if (known === undefined) return undefined;
    const isComplete = ordinal === undefined ? !mayGrow(known) : ordinal < known.tasks.length;
    if (!this.#specs.has(ref)) this.put(ref, known);
    return isComplete ? known : this.#grown(ref);
  }

  put(ref: ExecutionRef, spec: RunSpec): void {
    if (!this.#specs.has(ref) && this.#specs.size >= KEPT_SPECS) this.#specs.delete(this.#specs.keys().next().value!);
    this.#specs.set(ref, spec);
  }

  /** What earlier executions came to is in the spec already. */
  async #grown(ref: ExecutionRef): Promise<RunSpec | undefined> {
    const { runId, execution } = readRef(ref);
    const expansions = await this.#store.listExpansions(runId);
    const known = this.#specs.get(ref) ?? (await this.#store.getSpec(ref));
    if (known === undefined) return undefined;
    // many ask at once when a foreach has begun: the first one does it for all
    const spec = withItems(
      known,
      expansions.filter((each) => each.execution === execution),
    );
    this.put(ref, spec);
    return spec;
  }
}
