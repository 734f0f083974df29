import type { PlanResult } from '../results/plan-result.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import type { KeptAt } from './hints.ts';
import type { RunOutput } from './run-output.ts';

/** What `run`, `resume` and `retry` have a run executed by: this process, or a deployment. */
export interface PlanRunner {
  /** Brings the run to its end. @throws PlanningError where it has not completed */
  execute(output: RunOutput): Promise<PlanResult>;
  getStats(): Promise<OrchestratorStats>;
  close(): void;
  /** What Ctrl-C does to the run. */
  interrupt(runId: string | undefined): Interruption;
  /** Undefined where it is kept nowhere. */
  readonly keptAt: KeptAt | undefined;
}

export interface Interruption {
  /** Said at once. */
  readonly message: string;
  /** What is waited for before the process ends. */
  readonly done?: Promise<unknown>;
}
