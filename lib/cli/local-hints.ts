import type { TaskOrchestrator } from '../orchestrator.ts';
import type { Interruption } from './plan-runner.ts';

/** How a run of a folder goes on that has stopped. */
export function resumeLine(runId: string, dataDir: string): string {
  return `it goes on with: task-orchestrator resume ${runId} --data-dir ${dataDir}`;
}

/** Ctrl-C cancels a run that this process executes: what is finished stays finished. */
export function interruptLocalRun(orchestrator: TaskOrchestrator, runId: string | undefined, dataDir: string | undefined): Interruption {
  if (runId === undefined || dataDir === undefined) return { message: 'interrupted' };
  const flags = `${runId} --data-dir ${dataDir}`;
  return {
    message:
      `interrupted; see: task-orchestrator status ${flags}\n` +
      `the run is being cancelled (Ctrl-C once more leaves at once); what is left of it runs with: task-orchestrator retry ${flags}`,
    done: orchestrator.cancel(runId),
  };
}
