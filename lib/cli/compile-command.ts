import { writeFileSync } from 'node:fs';
import { parse } from 'node:path';
import { preparePlan } from '../prepare-plan.ts';
import { EXIT } from './exit-codes.ts';
import { seconds, table } from './format.ts';
import { loadPlan } from './load-plan.ts';
import { reportPlanning } from './report-planning.ts';
import { UsageError } from './usage-error.ts';

export interface CompileFlags {
  maxParallel?: number;
  asl?: string;
  json?: boolean;
}

/** `compile PLAN` */
export async function compileCommand(path: string, flags: CompileFlags): Promise<number> {
  return reportPlanning(flags.json === true, () => {
    const { compilation, warnings } = preparePlan(loadPlan(path), { maxParallelTasks: flags.maxParallel });
    const { machines, report } = compilation;
    if (flags.asl !== undefined) writeDefinitions(flags.asl, machines);
    if (flags.json) {
      process.stdout.write(`${JSON.stringify({ ...report, warnings })}\n`);
      return EXIT.completed;
    }
    const rows: [string, string | number][] = [
      [
        'tasks',
        `${report.tasks} (${report.dependencies} dependencies, at most ${report.width} at once, limit ${report.max_parallel_tasks})`,
      ],
      ['critical path', seconds(report.critical_path_sec * 1000)],
      [
        'states',
        `${report.states} in ${report.machines} state machine${report.machines === 1 ? '' : 's'}, ${report.definition_bytes} bytes`,
      ],
      ['gated tasks', `${report.gated_tasks} by dependencies, ${report.slot_tasks} by the limit`],
      [
        'a run',
        `${report.transitions} transitions, ${report.lambda_calls} Lambda calls, ${report.estimated_events} events in the longest history`,
      ],
      ['costs', `about $${report.estimated_cost_usd.toPrecision(3)} a run, without what the tasks do`],
      ['machine', machines.at(-1)!.name],
    ];
    process.stdout.write(`${table(rows)}\n${warnings.map((warning) => `note: ${warning}\n`).join('')}`);
    return EXIT.completed;
  });
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
