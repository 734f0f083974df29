import { PlanningError } from '../model/errors.ts';
import { describeResult } from './describe-result.ts';
import type { EventFile } from './event-file.ts';
import { EXIT } from './exit-codes.ts';
import { nextStep } from './hints.ts';
import type { PlanRunner } from './plan-runner.ts';
import { reportPlanning } from './report-planning.ts';
import { RunOutput } from './run-output.ts';

export interface ForegroundOptions {
  readonly json: boolean;
  readonly events?: EventFile | undefined;
}

/**
 * Brings a run to its end while the caller watches, and prints what it came to. Ctrl-C does to the run what the runner says; once more
 * leaves at once.
 */
export async function inForeground(runner: PlanRunner, { json, events }: ForegroundOptions): Promise<number> {
  const output = new RunOutput({ events, showProgress: !json });
  let interrupted: Promise<never> | undefined;
  const onInterrupt = (): void => {
    process.once('SIGINT', leave);
    output.close();
    const { message, done } = runner.interrupt(output.runId);
    process.stderr.write(`\n${message}\n`);
    interrupted = (done ?? Promise.resolve()).then(leave, leave);
  };
  process.once('SIGINT', onInterrupt);
  try {
    const result = await runner.execute(output);
    if (interrupted !== undefined) await interrupted;
    output.close();
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : describeResult(result, await runner.getStats(), runner.keptAt));
    return events?.failure === undefined ? EXIT.completed : EXIT.usage;
  } catch (error) {
    if (interrupted !== undefined) await interrupted;
    output.close();
    const exitCode = await reportPlanning(json, () => Promise.reject(error));
    if (!json && error instanceof PlanningError && output.runId !== undefined && runner.keptAt !== undefined) {
      const lines = [`kept ${runner.keptAt.place}`, nextStep(error, output.runId, runner.keptAt)];
      process.stderr.write(`${lines.filter((line) => line !== undefined).join('\n')}\n`);
    }
    return exitCode;
  } finally {
    output.close();
    runner.close();
    process.off('SIGINT', onInterrupt);
  }
}

/** What is still under way here must not keep the process. */
function leave(): never {
  process.exit(EXIT.interrupted);
}
