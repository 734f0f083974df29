import type { JsonObject } from '../model/json.ts';
import type { PlanResult } from '../plan-result.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import type { RunOutput } from './run-output.ts';

/** What `run` has a plan run by: this process, or a deployment. */
export interface PlanRunner {
  /** Runs the plan to its end. @throws PlanningError */
  execute(context: JsonObject, output: RunOutput): Promise<PlanResult>;
  getStats(): Promise<OrchestratorStats>;
  close(): void;
  /** What Ctrl-C does to the run, and how to see it afterwards. */
  describeInterruption(runId: string | undefined): string;
}
