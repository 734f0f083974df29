import type { TaskOrchestrator } from '../orchestrator.ts';
import type { Interruption } from './plan-runner.ts';

/** How a run goes on that has stopped. @param where the flags of its folder or deployment */
export function resumeLine(runId: string, where: string): string {
  return `it goes on with: task-orchestrator resume ${runId} ${where}`;
}

/** How a folder is named on the command line. */
export function inFolder(dataDir: string): string {
  return `--data-dir ${dataDir}`;
}

/** Ctrl-C cancels a run that this process executes: what is finished stays finished. */
export function interruptLocalRun(orchestrator: TaskOrchestrator, runId: string | undefined, dataDir: string | undefined): Interruption {
  if (runId === undefined || dataDir === undefined) return { message: 'interrupted' };
  const flags = `${runId} ${inFolder(dataDir)}`;
  return {
    message:
      `interrupted; see: task-orchestrator status ${flags}\n` +
      `the run is being cancelled (Ctrl-C once more leaves at once); what is left of it runs with: task-orchestrator retry ${flags}`,
    done: orchestrator.cancel(runId),
  };
}
