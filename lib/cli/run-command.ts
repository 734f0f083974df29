import type { JsonObject } from '../model/json.ts';
import { type DeploymentFlags, deploymentOf } from './deployment-flags.ts';
import { describeResult, SHOWN_OUTPUTS } from './describe-result.ts';
import { EventFile } from './event-file.ts';
import { EXIT } from './exit-codes.ts';
import { loadPlan } from './load-plan.ts';
import { LocalRunner } from './local-runner.ts';
import type { PlanRunner } from './plan-runner.ts';
import { readJsonObject } from './read-input.ts';
import { reportPlanning } from './report-planning.ts';
import { RunOutput } from './run-output.ts';
import { UsageError } from './usage-error.ts';

export interface RunFlags extends DeploymentFlags {
  dataDir: string;
  context?: string;
  maxParallel?: number;
  events?: string;
  simulate?: boolean;
  idempotencyKey?: string;
  json?: boolean;
}

/** `run PLAN`: whatever is wrong with the plan or the flags is said before anything is written. */
export async function runCommand(path: string, flags: RunFlags): Promise<number> {
  const json = flags.json === true;
  return reportPlanning(json, async () => {
    const plan = loadPlan(path);
    const context: JsonObject = flags.context === undefined ? {} : readJsonObject(flags.context);
    const runner = await makeRunner(plan, flags);
    const inputs = flags.context === undefined ? [path] : [path, flags.context];
    const events = flags.events === undefined ? undefined : new EventFile(flags.events, inputs);
    const output = new RunOutput({ events, showProgress: !json });
    const onInterrupt = (): void => {
      output.close();
      process.stderr.write(`\n${runner.describeInterruption(output.runId)}\n`);
      process.exit(EXIT.interrupted);
    };
    process.once('SIGINT', onInterrupt);
    try {
      const result = await runner.execute(context, output);
      output.close();
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : describeResult(result, await runner.getStats()));
      return events?.failure === undefined ? EXIT.completed : EXIT.usage;
    } finally {
      output.close();
      runner.close();
      process.off('SIGINT', onInterrupt);
    }
  });
}

async function makeRunner(plan: unknown, flags: RunFlags): Promise<PlanRunner> {
  const address = deploymentOf(flags);
  const { idempotencyKey, maxParallel: maxParallelTasks } = flags;
  if (address === undefined) {
    if (idempotencyKey !== undefined) throw new UsageError('--idempotency-key is for a deployment: give --endpoint or --stack');
    return LocalRunner.prepare(plan, flags);
  }
  const { DeployedRunner } = await import('./deployed-runner.ts');
  const maxOutputs = flags.json ? undefined : SHOWN_OUTPUTS;
  return DeployedRunner.connect({ address, submission: { plan, idempotencyKey, maxParallelTasks }, maxOutputs });
}
