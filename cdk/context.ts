import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { sharedPools } from '../lib/aws/environment.ts';
import { target } from '../lib/aws/target.ts';
import type { TaskOrchestratorProps } from './constructs/task-orchestrator-props.ts';
import { ContextError } from './errors.ts';
import { functionsKnob } from './functions-knob.ts';
import { knob, word } from './knob.ts';
import { sizeClassesKnob } from './size-classes-knob.ts';

const count = z.int().positive();
const authorization = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('iam') }),
  z.strictObject({ type: z.literal('jwt'), issuer: z.url({ protocol: /^https$/ }), audience: z.array(z.string()).min(1) }),
  z.strictObject({ type: z.literal('none') }),
]);
/** `iam` and `none` need no more than their name. */
const namedAuthorization = z.preprocess((value) => (typeof value === 'string' ? { type: value } : value), authorization);

/** Every knob of a deployment, by the name of the construct's prop. */
export const KNOBS = {
  authorization: knob(namedAuthorization),
  agentTarget: knob(target),
  toolTarget: knob(target),
  tenantId: word(z.string().min(1)),
  tenantClaim: word(z.string().min(1)),
  maxParallelTasks: knob(count),
  sharedPools: knob(sharedPools),
  taskTimeoutSec: knob(z.number().positive()),
  sizeClasses: knob(sizeClassesKnob),
  functions: knob(functionsKnob),
  logLevel: word(z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'])),
  logRetention: knob(z.enum(RetentionDays)),
  tracing: knob(z.boolean()),
  executionTracing: knob(z.boolean()),
  executionLogLevel: word(z.enum(['OFF', 'FATAL', 'ERROR', 'ALL'])),
  machineRetentionDays: knob(count),
  runRetentionDays: knob(count),
  blobExpirationDays: knob(count),
  removalPolicy: word(z.enum([RemovalPolicy.RETAIN, RemovalPolicy.DESTROY])),
  apiRateLimit: knob(count),
  apiBurstLimit: knob(count),
  alarmTopicArn: word(z.string().startsWith('arn:')),
} satisfies Record<keyof Omit<TaskOrchestratorProps, 'bundles'>, z.ZodType>;

/**
 * The props that the context of an app asks for.
 *
 * @throws ContextError that names each value that is not understood
 */
export function propsFromContext(readContext: (name: string) => unknown): Omit<TaskOrchestratorProps, 'bundles'> {
  const values = Object.fromEntries(Object.keys(KNOBS).map((name) => [name, readContext(name)]));
  const result = z.object(KNOBS).safeParse(values);
  if (result.success) return result.data;
  throw new ContextError(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}
