import type { PlanResult } from '../results/plan-result.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import type { RunOutput } from './run-output.ts';

/** What `run`, `resume` and `retry` have a run executed by: this process, or a deployment. */
export interface PlanRunner {
  /** Brings the run to its end. @throws PlanningError where it has not completed */
  execute(output: RunOutput): Promise<PlanResult>;
  getStats(): Promise<OrchestratorStats>;
  close(): void;
  /** What Ctrl-C does to the run. */
  interrupt(runId: string | undefined): Interruption;
  /** How a run goes on that is paused, or whose execution was cut off; undefined where nobody but a defect could have done that. */
  describeResumption?(runId: string): string;
}

export interface Interruption {
  /** Said at once. */
  readonly message: string;
  /** What is waited for before the process ends. */
  readonly done?: Promise<unknown>;
}
