import { TaskOrchestrator } from '../orchestrator.ts';
import type { ControlledRun, RetryOptions } from '../run-control/run-controls.ts';
import type { Run } from '../runtime/ports/runs.ts';
import { isAtRest } from '../runtime/wait-for-run.ts';
import { inFolder, resumeLine } from './hints.ts';
import type { RunAccess } from './run-access.ts';
import { requireStore } from './stored-runs.ts';
import { UsageError } from './usage-error.ts';

/** How often it is looked whether the process still lives that a run is waited for of. */
const ORPHANS_EVERY_SEC = 2;

/** The runs of a folder, which other processes execute. */
export class LocalAccess implements RunAccess {
  readonly #dataDir: string;
  readonly #orchestrator: TaskOrchestrator;

  /** @throws UsageError where there are none */
  constructor(dataDir: string) {
    requireStore(dataDir);
    this.#dataDir = dataDir;
    this.#orchestrator = new TaskOrchestrator({ dataDir });
  }

  /** Also a run that a process has left which is gone. */
  cancel(runId: string): Promise<ControlledRun> {
    return this.#orchestrator.cancel(runId);
  }

  async pause(runId: string): Promise<ControlledRun> {
    await this.#settleOrphans(runId);
    return this.#orchestrator.pause(runId);
  }

  resume(runId: string): Promise<ControlledRun> {
    return this.#orchestrator.resume(runId);
  }

  async retry(runId: string, options: RetryOptions & { readonly dryRun?: boolean | undefined }): Promise<ControlledRun> {
    await this.#orchestrator.settleOrphans();
    return this.#orchestrator.retry(runId, options);
  }

  async wait(runId: string, { timeoutSec = Number.POSITIVE_INFINITY }: { readonly timeoutSec?: number | undefined }): Promise<Run> {
    const endMs = performance.now() + timeoutSec * 1000;
    for (;;) {
      await this.#orchestrator.settleOrphans();
      const leftSec = Math.max(0, (endMs - performance.now()) / 1000);
      const run = await this.#orchestrator.wait(runId, { timeoutSec: Math.min(leftSec, ORPHANS_EVERY_SEC) });
      if (isAtRest(run) || performance.now() >= endMs) return run;
    }
  }

  close(): void {
    this.#orchestrator.close();
  }

  /** @throws UsageError where the run is one that a process has left */
  async #settleOrphans(runId: string): Promise<void> {
    const interrupted = await this.#orchestrator.settleOrphans();
    if (!interrupted.includes(runId)) return;
    throw new UsageError(`run ${runId} was interrupted, the process that ran it has ended; ${resumeLine(runId, inFolder(this.#dataDir))}`);
  }
}
