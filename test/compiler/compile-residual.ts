import { type Compilation, type CompileOptions, compile } from '../../lib/compiler/compile.ts';
import type { Residual } from '../../lib/compiler/residual.ts';
import { parsePlan } from '../../lib/model/parse-plan.ts';

export const TARGETS = {
  functions: { runTask: 'run', admitTask: 'admit', listItems: 'list', settleTask: 'settle', finishRun: 'finish' },
  machineArn: (name: string): string => name,
};

export interface ResidualCase {
  readonly limit: number;
  /** undefined: the first execution. What it does not say: an execution 2 in which nothing was started, with all retries left. */
  readonly residual?: (Partial<Residual> & Pick<Residual, 'open'>) | undefined;
  readonly targets?: Pick<CompileOptions, 'functions' | 'machineArn'> | undefined;
}

/** Compiles a valid plan, or what is left of it. */
export function compileResidual(input: unknown, { limit, residual, targets = TARGETS }: ResidualCase): Compilation {
  const parsed = parsePlan(input, { makeId: () => 'plan' });
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.problems));
  const { plan, bindings } = parsed;
  const defaults = {
    execution: 2,
    decided: new Set<number>(),
    started: new Set<number>(),
    retriesLeft: (ordinal: number): number => plan.tasks[ordinal]!.retry_policy.max_retries,
  };
  return compile(plan, {
    bindings,
    maxParallelTasks: limit,
    ...targets,
    residual: residual === undefined ? undefined : { ...defaults, ...residual },
  });
}
