import * as z from 'zod/mini';
import '../model/english.ts';
import { MAX_SHARED_PLACES, poolName } from '../model/pool-name.ts';
import { EnvironmentError } from './errors.ts';
import { jsonText } from './json-text.ts';
import { targetText } from './target.ts';

const text = z.string().check(z.minLength(1));
/** Limits by the names of pools. */
export const sharedPools = z.record(poolName, z.int().check(z.positive(), z.maximum(MAX_SHARED_PLACES)));
const arn = z.string().check(z.startsWith('arn:'));
const count = z.coerce.number().check(z.int(), z.positive());
/** One of the functions that carry out tasks. */
const runTaskClass = z.strictObject({ name: text, function_arn: arn, memory_mb: count });
const MOCK = '{"type":"mock"}';

/** Every environment variable that a function of the deployment may read. */
const variables = z.object({
  /** Set by Lambda. */
  AWS_REGION: text,
  TABLE_NAME: text,
  BUCKET_NAME: text,
  START_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: text,
  /** Whose runs the API shows where requests do not say. */
  TENANT_ID: z._default(text, 'default'),
  /** The claim of the caller's token that names the tenant; without it there is one tenant. */
  TENANT_CLAIM: z.optional(text),
  STATE_MACHINE_ROLE_ARN: arn,
  /** Where executions log; without it they do not. */
  STATE_MACHINE_LOG_GROUP_ARN: z.optional(arn),
  STATE_MACHINE_LOG_LEVEL: z._default(z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']), 'ERROR'),
  STATE_MACHINE_TRACING: z._default(z.stringbool(), false),
  /** The functions that carry out tasks, by size: their memory is what a task's `resources` are held against. */
  RUN_TASK_CLASSES: z.pipe(jsonText, z.array(runTaskClass).check(z.minLength(1))),
  ADMIT_TASK_ARN: arn,
  LIST_ITEMS_ARN: arn,
  SETTLE_TASK_ARN: arn,
  FINISH_RUN_ARN: arn,
  /** L02 and L03. */
  AGENT_TARGET: z.prefault(targetText, MOCK),
  TOOL_TARGET: z.prefault(targetText, MOCK),
  MAX_PARALLEL_TASKS: z.optional(count),
  /** Pools that all runs share, by their limits. */
  SHARED_POOLS: z.optional(z.pipe(jsonText, sharedPools)),
  /** How long machines are kept that nobody uses. Step Functions keeps the history of an execution as long: nothing is lost by then. */
  MACHINE_RETENTION_DAYS: z._default(count, 90),
  /** How long runs are kept after their end; without it for good. */
  RUN_RETENTION_DAYS: z.optional(count),
  TASK_TIMEOUT_SEC: z.optional(z.coerce.number().check(z.positive())),
});

export type Environment = z.infer<typeof variables>;

/**
 * The variables of these names, checked.
 *
 * @throws EnvironmentError with all problems at once
 *
 * @example
 * const { TABLE_NAME, BUCKET_NAME } = readEnvironment(['TABLE_NAME', 'BUCKET_NAME']);
 */
export function readEnvironment<const K extends keyof Environment>(
  names: readonly K[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Pick<Environment, K> {
  const mask: { readonly [name in keyof Environment]?: true } = Object.fromEntries(names.map((name) => [name, true]));
  // an empty variable is none: deployment tools have no other way to leave one out
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const result = z.pick(variables, mask).safeParse(given);
  if (result.success) return result.data as Pick<Environment, K>;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new EnvironmentError(`the environment variables are not right: ${problems.join('; ')}`);
}
