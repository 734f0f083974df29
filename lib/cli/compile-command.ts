import { writeFileSync } from 'node:fs';
import { parse } from 'node:path';
import type { Report } from '../compiler/report.ts';
import { preparePlan } from '../planning/prepare-plan.ts';
import { connectTo, type DeploymentFlags, deploymentOf } from './deployment-flags.ts';
import { describeReport } from './describe-report.ts';
import { EXIT } from './exit-codes.ts';
import { loadPlan } from './load-plan.ts';
import { reportPlanning } from './report-planning.ts';
import { sharedIn } from './shared-in.ts';
import { UsageError } from './usage-error.ts';

export interface CompileFlags extends DeploymentFlags {
  dataDir: string;
  maxParallel?: number;
  asl?: string;
  json?: boolean;
}

/** `compile PLAN` */
export async function compileCommand(path: string, flags: CompileFlags): Promise<number> {
  return reportPlanning(flags.json === true, async () => {
    const { report, machineName } = await compilePlan(loadPlan(path), flags);
    process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : describeReport(report, machineName));
    return EXIT.completed;
  });
}

interface Compiled {
  readonly report: Report & { readonly warnings: readonly string[] };
  /** Deployments do not tell. */
  readonly machineName?: string;
}

async function compilePlan(plan: unknown, flags: CompileFlags): Promise<Compiled> {
  const { maxParallel: maxParallelTasks, asl } = flags;
  const address = deploymentOf(flags);
  if (address !== undefined) return { report: await (await connectTo(address)).dryRun({ plan, maxParallelTasks }) };
  const { sharedPools, pinned } = await sharedIn(flags.dataDir, plan);
  const { compilation, warnings } = preparePlan(plan, { maxParallelTasks, sharedPools, pinned });
  const { machines, report } = compilation;
  if (asl !== undefined) writeDefinitions(asl, machines);
  return { report: { ...report, warnings }, machineName: machines.at(-1)!.name };
}

/** One file, or where the plan is cut into several machines one for each: `plan.asl.json`, `plan.asl.1.json`, … */
function writeDefinitions(file: string, machines: readonly { name: string; definition: string }[]): void {
  const { dir, name, ext } = parse(file);
  const prefix = dir === '' ? '' : `${dir}/`;
  try {
    machines.toReversed().forEach(({ definition }, number) => {
      const path = number === 0 ? file : `${prefix}${name}.${number}${ext}`;
      writeFileSync(path, `${JSON.stringify(JSON.parse(definition), null, 2)}\n`);
    });
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}
