import { z } from 'zod';
import {
  DEFAULT_TIMEOUT_SEC,
  dependencySchema,
  MAX_TASK_BYTES,
  MAX_TASKS,
  planSchema,
  resourceBudgetSchema,
  resourcesSchema,
  retryPolicySchema,
  taskSchema,
} from './plan.ts';

/** What a field is for, and the codes under which it may be refused, or fail something, beside those that the introduction has. */
type Meanings<T> = Readonly<Record<keyof T, readonly [meaning: string, ...codes: string[]]>>;

const IGNORED = ['how an earlier run went: taken, and not read'] as const;
const UNREAD = ['taken, and not read'] as const;
const KEPT = ["kept with the run's plan, and not read"] as const;
const TIMESTAMP = ['in ISO 8601: taken, and not read'] as const;
/** Nothing measures either. */
const UNMEASURED = 'not held to: nothing measures it';

/** Types of fields that the schemas leave open, as they are checked by themselves. */
const CHECKED_APART: Readonly<Record<string, string>> = {
  tasks: 'array of tasks',
  subtasks: 'array of tasks',
  foreach: 'array or string',
  outputs: 'object',
};

const PLAN: Meanings<typeof planSchema.shape> = {
  plan_id: ['what it is called; default: a new id. A retry with a changed plan needs the same, or none where none was given'],
  goal_id: ['what it is for: kept with the run'],
  tasks: [`required: at least one task, at most ${MAX_TASKS} with those in compounds`, 'E5604'],
  dependency_graph: ['ids of dependencies by task id; where it is not empty it must say what the tasks say', 'E5304'],
  resource_budget: ['[below](#resource_budget)', 'E5203', 'E5501', 'E5503'],
  created_at: TIMESTAMP,
  validated_at: TIMESTAMP,
  signature: KEPT,
  metadata: KEPT,
  pools: [`at most so many tasks at once, 1 to ${MAX_TASKS}, by the name of a pool`],
  on_failure: ['what becomes of the rest at the first failed task: [docs/deciding.md](deciding.md#on_failure)'],
  status: IGNORED,
  execution_started_at: IGNORED,
  execution_completed_at: IGNORED,
  error: IGNORED,
  completed_task_count: IGNORED,
  failed_task_count: IGNORED,
};

const TASK: Meanings<typeof taskSchema.shape> = {
  task_id: ['unique in the plan, of a subtask in its compound and without `/`', 'E5601', 'E5604'],
  plan_id: UNREAD,
  name: ['what it is called in bindings and in pictures; default: its id'],
  description: ['what an agent is told where there is no `llm_prompt`, as it stands; default: the name'],
  task_type: ['who carries it out; `compound`: [docs/compound.md](compound.md)'],
  dependencies: ['[below](#dependencies)', 'E5301', 'E5302'],
  inputs: ['templates: `{{task.key}}`, `{{context.x}}`', 'E5402'],
  assigned_agent: ['of an `atomic` or an `llm_call`: the agent that is asked; default: `default`'],
  timeout_seconds: [
    `seconds of one attempt; default: what the deployment says, else ${DEFAULT_TIMEOUT_SEC}. Of a compound all of it, default: none`,
    'E5203',
  ],
  retry_policy: ['[below](#retry_policy); of a compound: [docs/compound.md](compound.md#what-a-compound-says)', 'E5704'],
  created_at: TIMESTAMP,
  metadata: ["`mock` and `estimated_duration_sec` are read, all else is kept with the run's plan"],
  tool_name: ['the tool of a `tool_call`, which needs one', 'E5606'],
  llm_prompt: ['what an agent is told; a template', 'E5402'],
  priority: ['who takes a free place first: higher goes before'],
  pool: ['one of the plan or one that all runs share, in which it takes a place', 'E5502'],
  resources: ['[below](#resources)', 'E5501', 'E5503'],
  trigger_rule: ['which ends of its dependencies let it run: [docs/deciding.md](deciding.md#trigger-rules)'],
  foreach: ['a list, or a binding of one, for each item of which it is done: [docs/foreach.md](foreach.md)', 'E5402', 'E5604'],
  max_concurrency: ['of a foreach: at most so many of its tasks at once'],
  tolerated_failures: ['of a foreach: so many of its items may fail, or such a part of them (`"10%"`)'],
  subtasks: ['of a compound: its tasks', 'E5604'],
  on_failure: ['of a compound or a foreach: what becomes of the rest of it'],
  plan_ref: ['of a compound: the stored plan that it is a run of', 'E5301', 'E5302', 'E5604'],
  status: IGNORED,
  outputs: ['of a compound: templates of what it puts out; of others anything, as `status`', 'E5402', 'E5604'],
  started_at: IGNORED,
  completed_at: IGNORED,
  error: IGNORED,
  retry_count: IGNORED,
};

const DEPENDENCY: Meanings<typeof dependencySchema.shape> = {
  task_id: ['the task that is waited for', 'E5301', 'E5302'],
  dependency_type: ['`conditional` has a `condition`, `data` an `output_key`'],
  condition: [
    'JSONata over `{outputs, context}`; the task runs only if it holds: [docs/deciding.md](deciding.md#conditions)',
    'E5402',
    'E5604',
  ],
  output_key: ["the output of that task that becomes the task's input of this name", 'E5304'],
};

const RETRY_POLICY: Meanings<typeof retryPolicySchema.shape> = {
  max_retries: ['attempts after the first that failed'],
  initial_delay_sec: ['seconds before the first retry, rounded up to whole ones, at least 1'],
  backoff_multiplier: ['each delay is so many times the one before'],
  max_delay_sec: ['seconds: no delay is longer; rounded up to whole ones'],
  retry_on_timeout: ['whether an attempt that ran out of its time is followed by another'],
  retry_on_agent_unavailable: ['the same of an agent that could not be reached (E5901)'],
  jitter: ['`full`: a delay is any part of what it would be, at random, so that many that failed at once do not all return at once'],
};

const BUDGET: Meanings<typeof resourceBudgetSchema.shape> = {
  max_cpu_cores: ['the most that a task may declare', 'E5503'],
  max_memory_mb: ['the most that a task may declare', 'E5503'],
  max_execution_time_sec: ['seconds from the start of the run, but for those that it is paused or interrupted', 'E5203'],
  max_token_count: ['what tasks may report as `tokens_used`, in all; declared ones are checked beforehand', 'E5501'],
  max_disk_mb: [`${UNMEASURED}, and a note says so`],
  max_network_mb: [`${UNMEASURED}, and a note says so`],
  max_cost_usd: ['what tasks may report as `cost_usd`, in all; declared ones are checked beforehand', 'E5501'],
  max_parallel_tasks: ['at most so many tasks at once; fewer where the deployment, or who submits it, says fewer'],
};

const RESOURCES: Meanings<typeof resourcesSchema.shape> = {
  memory_mb: ['picks the size class of the function that carries it out', 'E5503'],
  cpu_cores: ['picks the size class of the function that carries it out', 'E5503'],
  token_count: ['expected tokens: all together at most `max_token_count`', 'E5501'],
  cost_usd: ['expected cost: all together at most `max_cost_usd`', 'E5501'],
  disk_mb: [UNMEASURED],
  network_mb: [UNMEASURED],
};

/** docs/plan.md, written from the schemas by which plans are checked. */
export function planDocument(): string {
  return `${[
    INTRODUCTION,
    section('The plan', planSchema, PLAN),
    section('A task', taskSchema, TASK),
    section('dependencies', dependencySchema, DEPENDENCY),
    section('retry_policy', retryPolicySchema, RETRY_POLICY),
    section('resource_budget', resourceBudgetSchema, BUDGET),
    section('resources', resourcesSchema, RESOURCES),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `# All fields of a plan

<!-- Written by lib/model/plan-document.ts. After a change: npm run docs -->

A field that is not listed is refused (E5602), as is a value of another type or beyond its limits (E5600, in a \`retry_policy\` E5704), and a task of more than
${MAX_TASK_BYTES} bytes (E5604). \`null\` is the same as a field that is not there. The codes are those of further problems, or of failures, that the field may come to.`;

function section<T extends z.ZodRawShape>(title: string, { shape }: z.ZodObject<T>, meanings: Meanings<T>): string {
  const rows = Object.entries(shape).map(([field, schema]) => {
    const [meaning, ...codes] = meanings[field as keyof T];
    const [type, byDefault] = typeAndDefault(schema as z.ZodType);
    const cells = [`\`${field}\``, CHECKED_APART[field] ?? type, byDefault, meaning, codes.join(', ')];
    return `| ${cells.join(' | ')} |`;
  });
  return [`## ${title}`, '', '| field | type and limits | default | means | codes |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Of a field that must be there the default is `required`. */
function typeAndDefault(schema: z.ZodType): [type: string, byDefault: string] {
  const type = describeType(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  const absent = schema.safeParse(undefined);
  if (!absent.success) return [type, 'required'];
  const given: unknown = absent.data ?? null;
  if (given === null) return [type, '-'];
  return [type, typeof given === 'object' && Object.keys(given).length > 0 ? 'its defaults' : `\`${JSON.stringify(given)}\``];
}

/** What is used of JSON Schema. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

function describeType(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) {
    const types = schema.anyOf.filter(({ type }) => type !== 'null').map(describeType);
    return [...new Set(types)].join(' or ');
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  const { type = 'any', minimum, exclusiveMinimum, maximum, minLength, maxLength } = schema;
  const named = typeof type === 'string' ? type : type.filter((each) => each !== 'null').join(' or ');
  const limits = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`to ${maximum}`]),
    ...(minLength === undefined && maxLength === undefined ? [] : [`${minLength ?? 0} to ${maxLength} characters`]),
  ];
  return [named, ...limits].join(' ');
}
