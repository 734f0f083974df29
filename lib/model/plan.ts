import { z } from 'zod';
import type { BindingReference } from './bindings.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { planName } from './plan-name.ts';
import { poolName } from './pool-name.ts';

export const DEFAULT_MAX_PARALLEL_TASKS = 10;
export const DEFAULT_TIMEOUT_SEC = 300;
export const MAX_TASKS = 100_000;
export const MAX_ID_LENGTH = 256;
/** Of a subtask's, those of the compounds around it included. */
export const MAX_NESTED_ID_LENGTH = 1024;
/** Compounds in each other. */
export const MAX_COMPOUND_DEPTH = 20;
/** Stored plans that name each other. */
export const MAX_PLAN_REF_DEPTH = 20;
/** Of a run, with the child runs of those. */
export const MAX_CHILD_RUNS = 10_000;
/** Seconds: the longest that an execution of Step Functions lives. */
export const MAX_TIMEOUT_SEC = 31_536_000;
/** Seconds: the longest delay that Step Functions takes. */
export const MAX_DELAY_SEC = 31_622_400;
export const MAX_RETRIES = 1000;
/** Of a subtask, with those of the compounds around it: what Step Functions takes. */
export const MAX_FLAT_RETRIES = 99_999_999;
/** Bytes of one task as JSON: what fits through a state of Step Functions. */
export const MAX_TASK_BYTES = 256 * 1024;

export const TASK_TYPES = ['atomic', 'compound', 'tool_call', 'llm_call'] as const;
export type TaskType = (typeof TASK_TYPES)[number];
export const DEPENDENCY_TYPES = ['blocking', 'conditional', 'data'] as const;
/** Airflow's names: which ends of its dependencies let a task run. `docs/deciding.md` has the table. */
export const TRIGGER_RULES = ['all_success', 'all_done', 'none_failed', 'one_failed', 'one_success'] as const;
export type TriggerRule = (typeof TRIGGER_RULES)[number];
/** Of the end of a compound whose subtasks may end in different ways: what it comes to follows from all of them. */
export const SUBTASKS_RULE = 'subtasks';
export type TaskRule = TriggerRule | typeof SUBTASKS_RULE;
export const ON_FAILURE = ['continue', 'fail_fast'] as const;
export type OnFailure = (typeof ON_FAILURE)[number];
/** Characters of a condition. */
export const MAX_CONDITION_LENGTH = 4096;

/** Absent and null both mean the default: the Platform writes null for what is not set. */
function withDefault<T extends z.ZodType>(schema: T, value: z.output<T>) {
  return schema.nullish().transform((given) => given ?? value);
}

const id = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode' });
const text = z.string();
const nullableText = withDefault(text.nullable(), null);
const jsonObject = z.custom<JsonObject>(isJsonObject, { error: 'must be an object' }).meta({ type: 'object' });
/** Python's isoformat(), with or without zone. */
const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/, { error: 'must be an ISO 8601 timestamp' });
const nullableTimestamp = withDefault(timestamp.nullable(), null);
/** Fields that say how an earlier run went: taken, and not read. */
const ignored = z.unknown().optional();

export const dependencySchema = z.strictObject({
  task_id: id,
  dependency_type: withDefault(z.enum(DEPENDENCY_TYPES), 'blocking'),
  condition: nullableText,
  output_key: nullableText,
});

export const retryPolicySchema = z.strictObject({
  max_retries: withDefault(z.int().min(0).max(MAX_RETRIES), 3),
  initial_delay_sec: withDefault(z.number().min(0).max(MAX_DELAY_SEC), 1),
  backoff_multiplier: withDefault(z.number().min(1).max(1000), 2),
  max_delay_sec: withDefault(z.number().positive().max(MAX_DELAY_SEC), 60),
  retry_on_timeout: withDefault(z.boolean(), true),
  retry_on_agent_unavailable: withDefault(z.boolean(), true),
  jitter: withDefault(z.enum(['none', 'full']), 'none'),
});

/** Of all items. */
const percentage = z.string().regex(/^(100|\d{1,2})(\.\d+)?%$/, { error: 'must be a number of items, or a percentage such as "10%"' });
const amount = withDefault(z.number().min(0).nullable(), null);
const limit = withDefault(z.number().positive().nullable(), null);
export const resourceBudgetSchema = z.strictObject({
  max_cpu_cores: limit,
  max_memory_mb: limit,
  max_execution_time_sec: limit,
  max_token_count: limit,
  max_disk_mb: amount,
  max_network_mb: amount,
  max_cost_usd: limit,
  max_parallel_tasks: withDefault(z.int().min(1).max(MAX_TASKS), DEFAULT_MAX_PARALLEL_TASKS),
});

/** What a task takes, or is expected to take; what it does not say is not counted. */
export const resourcesSchema = z.strictObject({
  memory_mb: amount,
  cpu_cores: amount,
  token_count: amount,
  cost_usd: amount,
  disk_mb: amount,
  network_mb: amount,
});

const DEFAULT_RETRY_POLICY = retryPolicySchema.parse({});

export const taskSchema = z.strictObject({
  task_id: id,
  plan_id: nullableText,
  name: nullableText,
  description: withDefault(text, ''),
  task_type: withDefault(z.enum(TASK_TYPES), 'atomic'),
  dependencies: withDefault(z.array(dependencySchema), []),
  inputs: withDefault(jsonObject, {}),
  assigned_agent: nullableText,
  timeout_seconds: z.number().positive().max(MAX_TIMEOUT_SEC).nullish(),
  retry_policy: withDefault(retryPolicySchema, DEFAULT_RETRY_POLICY),
  created_at: nullableTimestamp,
  metadata: withDefault(jsonObject, {}),
  tool_name: nullableText,
  llm_prompt: nullableText,
  priority: withDefault(z.int().min(-1000).max(1000), 0),
  pool: withDefault(z.nullable(poolName), null),
  resources: withDefault(resourcesSchema.nullable(), null),
  trigger_rule: withDefault(z.enum(TRIGGER_RULES), 'all_success'),
  foreach: ignored,
  max_concurrency: withDefault(z.int().min(1).max(MAX_TASKS).nullable(), null),
  tolerated_failures: withDefault(z.union([z.int().min(0), percentage]).nullable(), null),
  subtasks: withDefault(z.array(z.unknown()), []),
  on_failure: withDefault(z.enum(ON_FAILURE), 'continue'),
  plan_ref: withDefault(planName.nullable(), null),
  status: ignored,
  outputs: ignored,
  started_at: ignored,
  completed_at: ignored,
  error: ignored,
  retry_count: ignored,
});

/** Everything of a plan but its tasks, which are checked one by one. */
export const planSchema = z.strictObject({
  plan_id: id.nullish(),
  goal_id: nullableText,
  tasks: ignored,
  dependency_graph: withDefault(z.record(z.string(), z.array(z.string())), {}),
  resource_budget: withDefault(resourceBudgetSchema.nullable(), null),
  created_at: nullableTimestamp,
  validated_at: nullableTimestamp,
  signature: nullableText,
  metadata: withDefault(jsonObject, {}),
  pools: withDefault(z.record(poolName, z.int().min(1).max(MAX_TASKS)), {}),
  on_failure: withDefault(z.enum(ON_FAILURE), 'continue'),
  status: ignored,
  execution_started_at: ignored,
  execution_completed_at: ignored,
  error: ignored,
  completed_task_count: ignored,
  failed_task_count: ignored,
});

export type Dependency = z.output<typeof dependencySchema>;
export type RetryPolicy = z.output<typeof retryPolicySchema>;
export type ResourceBudget = z.output<typeof resourceBudgetSchema>;
export type Resources = z.output<typeof resourcesSchema>;

/** A task with all defaults filled in; names and units as on the wire. */
export interface Task {
  readonly task_id: string;
  readonly name: string;
  readonly description: string;
  readonly task_type: TaskType;
  readonly dependencies: readonly Dependency[];
  readonly inputs: JsonObject;
  readonly assigned_agent: string | null;
  readonly timeout_seconds: number;
  readonly retry_policy: RetryPolicy;
  readonly metadata: JsonObject;
  readonly tool_name: string | null;
  readonly llm_prompt: string | null;
  /** Higher goes first. */
  readonly priority: number;
  /** The pool of the plan that it takes a place in. */
  readonly pool: string | null;
  readonly resources: Resources | null;
  readonly trigger_rule: TaskRule;
  /** Id of the compound that it is in. */
  readonly within?: string;
  /** Id of what that compound begins with: without it the task never runs, whatever its trigger rule says of its own dependencies. */
  readonly guard?: string;
  /** Present where the task is the end of a compound: it depends on all its subtasks, and completes with its inputs. */
  readonly compound?: CompoundFacts;
  /** Present where the task is the end of a foreach, which is a compound of as many tasks as there are items when it begins. */
  readonly foreach?: ForeachFacts;
  /** The task is what a foreach begins with: its input `items` is to be a list. */
  readonly lists_items?: true;
  /** Present where the task is one of an item. */
  readonly item?: ItemFacts;
  /** Pools beside its own: of the foreach that it is in. */
  readonly item_pools?: readonly string[];
  /** Present where the task is a run of another plan. Its inputs are that run's context; it has `MAX_TIMEOUT_SEC` where it has no timeout. */
  readonly sub_plan?: SubPlan;
}

/** A stored plan as it was when the plan that names it was accepted. */
export interface SubPlan {
  readonly plan_ref: string;
  /** Of the stored plan, with all that it names in turn. */
  readonly plan_hash: string;
  readonly plan_id: string;
  readonly goal_id: string | null;
  /** Of its own. */
  readonly max_execution_time_sec: number | null;
  /** Templates over the tasks of the stored plan. */
  readonly outputs: JsonObject;
  /** The bindings in these, by the ordinals of those tasks. */
  readonly references: readonly BindingReference[];
  /** Raised when a changed plan has the task run again from its beginning; absent: 1. */
  readonly generation?: number;
}

/** What of a compound holds for all its subtasks. */
export interface CompoundFacts {
  /** Id of the task that it begins with, where it has one. */
  readonly begin: string | null;
  /** Seconds for all of it, from its begin on. */
  readonly timeout_seconds: number | null;
  /** What becomes of the subtasks that have not started when one fails. */
  readonly on_failure: OnFailure;
}

/** What becomes of each item of a foreach. Ids in it begin with `itemsId` of the foreach, in place of which the item's comes. */
export interface ForeachFacts {
  /** The tasks of one item; the first one is the item as a whole. */
  readonly template: readonly Task[];
  /** Per task of the template. */
  readonly bindings: readonly (readonly TemplateBinding[])[];
  /** In which its tasks take a place, of so many. */
  readonly pool: { readonly name: string; readonly limit: number } | null;
  readonly tolerated: ToleratedFailures;
  /** Ordinals of the tasks that it came to, `template.length` for each item; absent before it has begun. */
  readonly items?: ItemRange;
}

export interface ItemRange {
  readonly first: number;
  readonly count: number;
}

/** How many items of a foreach may fail before it does. */
export type ToleratedFailures = { readonly count: number } | { readonly percent: number };

/** Of whose list it is which item. */
export interface ItemFacts {
  /** Id of what the foreach begins with, which has the list. */
  readonly begin: string;
  readonly index: number;
  /** The item of the foreach around that one. */
  readonly outer?: ItemFacts;
}

/** A binding that says by id what it reads, as nobody has an ordinal yet. */
export interface TemplateBinding extends Pick<BindingReference, 'text' | 'path' | 'outward' | 'inherited'> {
  readonly source: 'context' | 'item' | { readonly task: string };
}

/** A valid plan with all defaults filled in. */
export interface Plan {
  readonly plan_id: string;
  readonly goal_id: string | null;
  readonly tasks: readonly Task[];
  readonly resource_budget: ResourceBudget | null;
  readonly metadata: JsonObject;
  readonly signature: string | null;
  /** The most tasks at once by pool. */
  readonly pools: Readonly<Record<string, number>>;
  /** What becomes of the tasks that have not started when one fails. */
  readonly on_failure: OnFailure;
}
