import type { TaskReferences } from './check-references.ts';
import type { DeclaredCompound, DeclaredForeach, DeclaredTask } from './declared-task.ts';
import { isForeach } from './foreach-tasks.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { PlacedTask } from './place-tasks.ts';
import { DEFAULT_TIMEOUT_SEC, MAX_TIMEOUT_SEC, type SubPlan, type Task, type ToleratedFailures } from './plan.ts';
import type { ParsedTask } from './read-task.ts';
import { own } from './task-sketch.ts';

export interface Declaring {
  readonly references: readonly TaskReferences[];
  /** Per task, for a foreach: what its items bind outside of it. */
  readonly lifted: readonly (readonly number[])[];
  /** The whole id of what a task depends on. */
  readonly wholeId: (id: string, ordinal: number) => string;
  /** Seconds, for tasks without `timeout_seconds`. */
  readonly defaultTimeoutSec?: number | undefined;
  /** What tasks run that name a stored plan, by their ordinals. */
  readonly subPlans: ReadonlyMap<number, SubPlan>;
}

/** Fills in the defaults of the tasks of a valid plan. */
export function declareTasks(placed: readonly PlacedTask[], parsed: readonly ParsedTask[], declaring: Declaring): DeclaredTask[] {
  return parsed.map((fields, ordinal): DeclaredTask => {
    const { given, id, parent } = placed[ordinal]!;
    const references = declaring.references[ordinal]!;
    const isOfCompound = parent !== undefined && isUnset(given as JsonObject, 'priority');
    const plain = normalise(fields, id!, ordinal, declaring);
    const subPlan = declaring.subPlans.get(ordinal);
    return {
      task: subPlan === undefined ? plain : { ...plain, ...boundsOf(fields, given as JsonObject), sub_plan: subPlan },
      bindings: references.own,
      ...(isOfCompound ? {} : { priority: fields.priority }),
      ...(isForeach(given)
        ? {
            foreach: foreachOf(
              fields,
              given,
              declaring.lifted[ordinal]!.map((place) => placed[place]!.id!),
            ),
          }
        : {}),
      ...(fields.task_type === 'compound' && subPlan === undefined
        ? { compound: compoundOf(fields, given as JsonObject, references) }
        : {}),
    };
  });
}

/** As of any compound, there are none unless it says so. */
function boundsOf(fields: ParsedTask, given: JsonObject): Pick<Task, 'timeout_seconds' | 'retry_policy'> {
  const { timeout_seconds, retry_policy } = fields;
  const max_retries = isUnset(given, 'retry_policy') ? 0 : retry_policy.max_retries;
  return { timeout_seconds: timeout_seconds ?? MAX_TIMEOUT_SEC, retry_policy: { ...retry_policy, max_retries } };
}

function compoundOf(fields: ParsedTask, given: JsonObject, { outputs: bindings }: TaskReferences): DeclaredCompound {
  const outputs = own(given, 'outputs');
  return {
    outputs: isJsonObject(outputs) ? outputs : {},
    bindings,
    timeoutSec: fields.timeout_seconds ?? null,
    retries: isUnset(given, 'retry_policy') ? 0 : fields.retry_policy.max_retries,
    onFailure: fields.on_failure,
  };
}

function foreachOf(fields: ParsedTask, given: JsonObject, lifted: readonly string[]): DeclaredForeach {
  return {
    items: own(given, 'foreach')!,
    lifted,
    maxConcurrency: fields.max_concurrency,
    tolerated: toleratedOf(fields.tolerated_failures),
  };
}

function toleratedOf(given: number | string | null): ToleratedFailures {
  return typeof given === 'string' ? { percent: Number.parseFloat(given) } : { count: given ?? 0 };
}

function isUnset(given: JsonObject, field: string): boolean {
  return (own(given, field) ?? null) === null;
}

function normalise(task: ParsedTask, id: string, ordinal: number, { wholeId, defaultTimeoutSec }: Declaring): Task {
  return {
    task_id: id,
    name: task.name === null || task.name.trim() === '' ? task.task_id : task.name,
    description: task.description,
    task_type: task.task_type,
    dependencies: task.dependencies.map((dependency) => ({ ...dependency, task_id: wholeId(dependency.task_id, ordinal) })),
    inputs: task.inputs,
    assigned_agent: task.assigned_agent,
    timeout_seconds: task.timeout_seconds ?? defaultTimeoutSec ?? DEFAULT_TIMEOUT_SEC,
    retry_policy: task.retry_policy,
    metadata: task.metadata,
    tool_name: task.tool_name,
    llm_prompt: task.llm_prompt,
    priority: task.priority,
    pool: task.pool,
    resources: task.resources,
    trigger_rule: task.trigger_rule,
  };
}
