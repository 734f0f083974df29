import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { generatedPlan, type Shape } from './generated-plan.ts';
import { median } from './median.ts';
import { peakMemoryBytes } from './peak-memory.ts';

export interface CompileTask {
  readonly shape: Shape;
  readonly tasks: number;
  /** `max_parallel_tasks`. */
  readonly limit: number;
  readonly runs: number;
}

export interface CompileResult {
  /** In a process that has compiled only something small before. */
  readonly firstMs: number;
  /** All runs, the first included. */
  readonly medianMs: number;
  /** By how much the first run raised the peak of the process. */
  readonly addedBytes: number;
  readonly definitionBytes: number;
  readonly gatedTasks: number;
  readonly machines: number;
}

function measure({ shape, tasks, limit, runs }: CompileTask): CompileResult {
  const options = { makeId: () => 'plan' };
  const compileMs = (plan: object): number => {
    const fromMs = performance.now();
    preparePlan(plan, options);
    return performance.now() - fromMs;
  };
  compileMs(generatedPlan(shape, 10));
  const plan = { ...generatedPlan(shape, tasks), resource_budget: { max_parallel_tasks: limit } };
  const bytesBefore = peakMemoryBytes();
  const ms = [compileMs(plan)];
  const addedBytes = peakMemoryBytes() - bytesBefore;
  while (ms.length < runs) ms.push(compileMs(plan));
  const { report, machines } = preparePlan(plan, options).compilation;
  return {
    firstMs: ms[0]!,
    medianMs: median(ms),
    addedBytes,
    definitionBytes: machines.reduce((sum, { definition }) => sum + definition.length, 0),
    gatedTasks: report.gated_tasks,
    machines: machines.length,
  };
}

process.send?.(measure(JSON.parse(process.argv[2] ?? '') as CompileTask));
process.disconnect?.();
