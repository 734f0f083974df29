import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { FUNCTION_NAMES } from './constructs/function-names.ts';
import type { TaskOrchestratorProps } from './constructs/task-orchestrator-props.ts';

/** Values are JSON in cdk.json and strings after `-c`: `-c maxParallelTasks=20 -c 'agentTarget={"type":"lambda","arn":"…"}'`. */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value; // a plain word
  }
};
const knob = <T extends z.ZodType>(schema: T) => z.preprocess(fromText, schema.optional());
const count = z.int().positive();
const functionOverrides = z.strictObject({ memoryMb: count, timeoutSec: count, reservedConcurrency: count }).partial();

const target = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('mock') }),
  z.strictObject({ type: z.literal('lambda'), arn: z.string(), callbacks: z.boolean().exactOptional() }),
  z.strictObject({
    type: z.literal('http'),
    url: z.url(),
    header: z.string().exactOptional(),
    secret_arn: z.string().exactOptional(),
    callbacks: z.boolean().exactOptional(),
  }),
]);
const authorization = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('iam') }),
  z.strictObject({ type: z.literal('jwt'), issuer: z.url(), audience: z.array(z.string()).min(1) }),
  z.strictObject({ type: z.literal('none') }),
]);
/** `iam` and `none` need no more than their name. */
const namedAuthorization = z.preprocess((value) => (typeof value === 'string' ? { type: value } : value), authorization);

/** Every knob of a deployment, by the name of the construct's prop. */
const KNOBS = {
  authorization: knob(namedAuthorization),
  agentTarget: knob(target),
  toolTarget: knob(target),
  tenantId: z.string().optional(),
  maxParallelTasks: knob(count),
  taskTimeoutSec: knob(z.number().positive()),
  functions: knob(z.partialRecord(z.enum(FUNCTION_NAMES), functionOverrides)),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).optional(),
  logRetentionDays: knob(z.enum(RetentionDays)),
  tracing: knob(z.boolean()),
  blobExpirationDays: knob(count),
  removalPolicy: z.enum(['retain', 'destroy']).optional(),
  apiRateLimit: knob(count),
  apiBurstLimit: knob(count),
  alarmTopicArn: z.string().optional(),
};

/**
 * The props that the context of an app asks for.
 *
 * @throws ZodError that names each value that is not understood
 */
export function propsFromContext(readContext: (name: string) => unknown): Omit<TaskOrchestratorProps, 'bundles'> {
  const values = Object.fromEntries(Object.keys(KNOBS).map((name) => [name, readContext(name)]));
  const { removalPolicy, logRetentionDays, functions, ...props } = z.object(KNOBS).parse(values);
  return {
    ...props,
    functions,
    logRetention: logRetentionDays,
    removalPolicy: removalPolicy === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}
