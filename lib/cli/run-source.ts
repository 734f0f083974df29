import type { TaskDescription } from '../runtime/describe-tasks.ts';
import type { Run } from '../runtime/ports/runs.ts';

/** Deployments leave the context out. */
export type ShownRun = Omit<Run, 'context'>;

/** What `status` reads: the runs of a folder, or of a deployment. */
export interface RunSource {
  /** Newest first. */
  listRuns(limit: number): Promise<ShownRun[]>;
  getRun(runId: string): Promise<ShownRun | undefined>;
  /** In the order of the plan. Outputs need not be there unless they are asked for. */
  listTasks(runId: string, withOutputs: boolean): Promise<TaskDescription[]>;
  close(): void;
}
