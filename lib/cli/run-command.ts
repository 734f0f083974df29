import type { JsonObject } from '../model/json.ts';
import { type DeploymentFlags, deploymentOf } from './deployment-flags.ts';
import { SHOWN_OUTPUTS } from './describe-result.ts';
import { EventFile } from './event-file.ts';
import { inForeground } from './in-foreground.ts';
import { loadPlan } from './load-plan.ts';
import { LocalRunner } from './local-runner.ts';
import type { PlanRunner } from './plan-runner.ts';
import { isJsonText, readJsonObject } from './read-input.ts';
import { reportPlanning } from './report-planning.ts';

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
    const runner = await makeRunner(plan, context, flags);
    const inputs = flags.context === undefined || isJsonText(flags.context) ? [path] : [path, flags.context];
    const events = EventFile.of(flags.events, inputs);
    return inForeground(runner, { json, events });
  });
}

async function makeRunner(plan: unknown, context: JsonObject, flags: RunFlags): Promise<PlanRunner> {
  const address = deploymentOf(flags);
  const { idempotencyKey, maxParallel: maxParallelTasks } = flags;
  if (address === undefined) return LocalRunner.prepare(plan, { ...flags, context });
  const { DeployedRunner } = await import('./deployed-runner.ts');
  const maxOutputs = flags.json ? undefined : SHOWN_OUTPUTS;
  return DeployedRunner.connect({ address, submission: { plan, context, idempotencyKey, maxParallelTasks }, maxOutputs });
}
