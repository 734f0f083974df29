import { type Compilation, type CompileOptions, compile } from '../compiler/compile.ts';
import { ItemTooLargeError } from '../compiler/large-items.ts';
import { largestSize } from '../compiler/run-task-functions.ts';
import { GraphTooLargeError } from '../graph/errors.ts';
import { FUNCTION_NAMES, localMachineArn } from '../local/function-names.ts';
import { PlanningError } from '../model/errors.ts';
import { type JsonObject, toPlainJson } from '../model/json.ts';
import { withoutItems } from '../model/nested-ids.ts';
import { type ParseOptions, parsePlan } from '../model/parse-plan.ts';
import { pathOfTask } from '../model/path-of-task.ts';
import { DEFAULT_MAX_PARALLEL_TASKS, type Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { StoredPlans } from '../runtime/ports/stored-plans.ts';
import type { KeptPlan } from './kept-plan.ts';
import { NO_PLANS, type PinnedPlans, pinPlans } from './pin-plans.ts';

/** Names or ARNs of what definitions refer to. */
export type CompileTargets = Pick<CompileOptions, 'functions' | 'machineArn' | 'machineQuotas'>;

/** This machine: tasks of any size are carried out by the one process, which has what memory it has. */
export const LOCAL_TARGETS: CompileTargets = { functions: FUNCTION_NAMES, machineArn: localMachineArn };

export interface PrepareOptions {
  /** At most so many tasks at once, where the plan's own `resource_budget` does not say fewer. Default 10. */
  readonly maxParallelTasks?: number | undefined;
  /** Seconds, for tasks that have no `timeout_seconds`. Default 300. */
  readonly taskTimeoutSec?: number | undefined;
  /** Where the definitions will run. Default: on this machine. */
  readonly targets?: CompileTargets | undefined;
  /** Names of the pools that all runs share. */
  readonly sharedPools?: ReadonlySet<string> | undefined;
  /** The stored plans that the plan names. */
  readonly pinned?: PinnedPlans | undefined;
  /** Of the run that is to be, where that is known: what `{{context.…}}` reads. */
  readonly context?: JsonObject | undefined;
  /** Makes run ids and the ids of plans without one. */
  readonly makeId?: (() => string) | undefined;
}

/** A plan that is known to be valid, compiled. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly compilation: Compilation;
  /** What the plan says that has no effect. */
  readonly warnings: readonly string[];
  /** What later executions of its run need. */
  readonly kept: KeptPlan;
  /** What its child runs need, by its hash. */
  readonly pinned: PinnedPlans['kept'];
}

/**
 * Checks and compiles a plan, without running it.
 *
 * @throws PlanningError E5200 with all problems of the plan in `details.problems`
 */
export function preparePlan(input: unknown, options: PrepareOptions = {}): PreparedPlan {
  const {
    maxParallelTasks,
    sharedPools,
    pinned = NO_PLANS,
    targets = LOCAL_TARGETS,
    context,
    makeId = () => crypto.randomUUID(),
  } = options;
  let isMade = false as boolean;
  const makePlanId = (): string => {
    isMade = true;
    return makeId();
  };
  const parsed = parsePlan(input, { ...parseOptions(options), makeId: makePlanId, namedPlans: pinned.named, context });
  if (!parsed.ok) throw invalidPlan(parsed.problems);
  const { plan, bindings, warnings } = parsed;
  const compilation = compileWithin(input, plan, {
    bindings,
    maxParallelTasks: effectiveLimit(plan, maxParallelTasks),
    sharedPools,
    ...targets,
  });
  const kept = { plan, bindings, max_parallel_tasks: maxParallelTasks, ...(isMade && { made_id: true as const }) };
  return { plan, compilation, warnings, kept, pinned: pinned.kept };
}

/** The stored plans that a plan names, of those in a store. @param naming see `PinOptions` */
export function pinnedIn(
  store: Pick<StoredPlans, 'getStoredPlan'>,
  plan: unknown,
  options: PrepareOptions,
  { name, ofRun }: { readonly name?: string; readonly ofRun?: string } = {},
): Promise<PinnedPlans> {
  return pinPlans(plan, { ...parseOptions(options), name, load: (ref) => store.getStoredPlan(ref, ofRun) });
}

/** How plans are checked, whoever names them. */
function parseOptions({ taskTimeoutSec, sharedPools, targets = LOCAL_TARGETS }: PrepareOptions): Omit<ParseOptions, 'makeId' | 'context'> {
  return { defaultTimeoutSec: taskTimeoutSec, sharedPools, largestSize: largestSize(targets.functions.runTask) };
}

/** How many tasks may run at once: what the plan says and what others say, whichever is less. */
export function effectiveLimit(plan: Plan, maxParallelTasks: number | undefined): number {
  const limits = [plan.resource_budget?.max_parallel_tasks, maxParallelTasks].filter((limit) => limit !== undefined);
  return limits.length === 0 ? DEFAULT_MAX_PARALLEL_TASKS : Math.min(...limits);
}

function compileWithin(input: unknown, plan: Plan, options: CompileOptions): Compilation {
  try {
    return compile(plan, options);
  } catch (error) {
    if (error instanceof GraphTooLargeError) throw invalidPlan([{ code: 'E5604', path: '$.tasks', message: error.message, task_ids: [] }]);
    if (!(error instanceof ItemTooLargeError)) throw error;
    const given = toPlainJson(input);
    throw invalidPlan(
      error.items.map(({ id, ...item }) => ({ code: 'E5604', path: pathOfTask(given, id), task_ids: [withoutItems(id)], ...item })),
    );
  }
}

/** All problems of a plan as one error. */
export function invalidPlan(problems: readonly Problem[]): PlanningError {
  const first = problems[0]!;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new PlanningError('E5200', `the plan is not valid: ${first.code} ${first.path}: ${first.message}${more}`, {
    problems: [...problems],
  });
}
