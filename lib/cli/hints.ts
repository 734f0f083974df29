import type { PlanningError } from '../model/errors.ts';
import { RUN_ERROR } from '../model/task-errors.ts';
import type { TaskOrchestrator } from '../orchestrator.ts';
import { INTERRUPTED } from '../runtime/control-table.ts';
import type { Interruption } from './plan-runner.ts';
import { programName } from './program-name.ts';

/** Where runs are kept: for people, and as a command is told. */
export interface KeptAt {
  /** `in .task-orchestrator`, `on http://…` */
  readonly place: string;
  readonly flags: string;
}

export function inFolder(dataDir: string): KeptAt {
  return { place: `in ${dataDir}`, flags: `--data-dir ${dataDir}` };
}

/** A command about a run, as it can be typed. */
export function commandLine(command: string, runId: string, { flags }: KeptAt): string {
  return `${programName()} ${command} ${runId} ${flags}`;
}

/** How a run goes on that has stopped. */
export function resumeLine(runId: string, at: KeptAt): string {
  return `it goes on with: ${commandLine('resume', runId, at)}`;
}

/** How a run goes on that has not completed; undefined where it cannot: another execution would be over its budget at once. */
export function nextStep(error: PlanningError, runId: string, at: KeptAt): string | undefined {
  const { status } = error.details;
  if (status === 'paused' || (status === 'failed' && error.code === INTERRUPTED)) return resumeLine(runId, at);
  const isOver = (status !== 'failed' && status !== 'cancelled') || error.code === RUN_ERROR.usedUp;
  return isOver ? undefined : `what has not completed runs again with: ${commandLine('retry', runId, at)}`;
}

/** Ctrl-C cancels a run that this process executes: what is finished stays finished. */
export function interruptLocalRun(orchestrator: TaskOrchestrator, runId: string | undefined, at: KeptAt | undefined): Interruption {
  if (runId === undefined || at === undefined) return { message: 'interrupted' };
  return {
    message:
      `interrupted; see: ${commandLine('status', runId, at)}\n` +
      `the run is being cancelled (Ctrl-C once more leaves at once); what is left of it runs with: ${commandLine('retry', runId, at)}`,
    done: orchestrator.cancel(runId),
  };
}
