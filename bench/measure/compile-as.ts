import type { Arrange } from '../../lib/compiler/arrange.ts';
import { type Compilation, compile } from '../../lib/compiler/compile.ts';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import { DEFAULT_MAX_PARALLEL_TASKS } from '../../lib/model/plan.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';

/** Compiles a plan with its tasks arranged in another way than this project's. */
export function compileAs(arrange: Arrange | undefined, input: unknown): Compilation {
  const parsed = parsePlan(input, { makeId: () => 'plan' });
  if (!parsed.ok) throw new TypeError(`the plan is not valid: ${parsed.problems[0]?.message}`);
  const { plan, bindings } = parsed;
  const maxParallelTasks = plan.resource_budget?.max_parallel_tasks ?? DEFAULT_MAX_PARALLEL_TASKS;
  return compile(plan, { ...LOCAL_TARGETS, bindings, maxParallelTasks, arrange });
}
