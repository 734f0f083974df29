import { PlanningError } from '../model/errors.ts';
import type { RunSpec } from '../model/task-record.ts';

const KEPT_RUNS = 16;

/** Specs never change, so a warm process reads each only once. Keeps those of the runs asked for last. */
export class SpecCache {
  readonly #load: (runId: string) => Promise<RunSpec | undefined>;
  readonly #specs = new Map<string, RunSpec>();

  constructor(load: (runId: string) => Promise<RunSpec | undefined>) {
    this.#load = load;
  }

  /** @throws PlanningError E5200 when there is no such run */
  async get(runId: string): Promise<RunSpec> {
    const known = this.#specs.get(runId);
    if (known !== undefined) return known;
    const spec = await this.#load(runId);
    if (spec === undefined) throw new PlanningError('E5200', `there is no run ${runId}`, { run_id: runId });
    this.put(runId, spec);
    return spec;
  }

  put(runId: string, spec: RunSpec): void {
    if (this.#specs.size >= KEPT_RUNS) this.#specs.delete(this.#specs.keys().next().value!);
    this.#specs.set(runId, spec);
  }
}
