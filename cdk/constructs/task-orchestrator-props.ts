import type { RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { SizeClass } from '../../lib/model/size-class.ts';
import type { ApiAuthorization } from './api-authorization.ts';
import type { ExecutionLogLevel } from './execution-logs.ts';
import type { ExecutorTarget } from './executor-target.ts';
import type { FunctionOverrides } from './function-settings.ts';

export interface TaskOrchestratorProps {
  /** The folder of the functions' bundles, as `buildLambdas` writes it: one folder each, with an index.mjs. */
  readonly bundles: string;
  /** Who may call the API. Default: `iam`. */
  readonly authorization?: ApiAuthorization | undefined;
  /** L02, for `atomic` and `llm_call` tasks. Default: the mock. */
  readonly agentTarget?: ExecutorTarget | undefined;
  /** L03, for `tool_call` tasks. Default: the mock. */
  readonly toolTarget?: ExecutorTarget | undefined;
  /** Whose runs this deployment keeps. Default: `default`. */
  readonly tenantId?: string | undefined;
  /** The claim of the callers' tokens that names their tenant, where there are several; with `jwt` only. Default: one tenant. */
  readonly tenantClaim?: string | undefined;
  /** Tasks of a run at once, where its plan does not say fewer. Default 10. */
  readonly maxParallelTasks?: number | undefined;
  /** Pools that all runs of a tenant share, by their limits, until `PUT /pools/{name}` says otherwise. Default: none. */
  readonly sharedPools?: Readonly<Record<string, number>> | undefined;
  /** Seconds, for tasks that have no `timeout_seconds`. Default 300. */
  readonly taskTimeoutSec?: number | undefined;
  /**
   * Sizes that tasks may ask for with `resources`: a run-task function each. The smallest is the function run-task itself. A class
   * that is taken away takes its function with it, which the tasks of runs under way may still need. Default: one, of 512 MB.
   */
  readonly sizeClasses?: readonly SizeClass[] | undefined;
  /** Memory, timeout and concurrency by function; of run-task they hold for each size class, but for the memory. */
  readonly functions?: FunctionOverrides | undefined;
  /** Default: INFO. */
  readonly logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | undefined;
  /** Of all logs. Default: three months. */
  readonly logRetention?: RetentionDays | undefined;
  /** X-Ray, of the functions. Default true. */
  readonly tracing?: boolean | undefined;
  /** X-Ray, of the executions of state machines. Default false. */
  readonly executionTracing?: boolean | undefined;
  /** What executions of state machines log, without the data of runs. Default: OFF, their history tells the same. */
  readonly executionLogLevel?: ExecutionLogLevel | undefined;
  /** Days that state machines are kept which nobody uses; their plans have them made again. Default 90, as long as histories are kept. */
  readonly machineRetentionDays?: number | undefined;
  /** Days that runs are kept after their end, with their tasks, events and blobs. Default: for good. */
  readonly runRetentionDays?: number | undefined;
  /** Days until large outputs and definitions are deleted, whatever their runs. Default: with their runs. */
  readonly blobExpirationDays?: number | undefined;
  /** What becomes of table, bucket, queues' messages and logs when the stack is deleted. Default: RETAIN. */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /** Requests a second that the API takes, and at once. Default 100 and 200. */
  readonly apiRateLimit?: number | undefined;
  readonly apiBurstLimit?: number | undefined;
  /** An SNS topic that alarms go to. Default: nowhere, they only show. */
  readonly alarmTopicArn?: string | undefined;
}
