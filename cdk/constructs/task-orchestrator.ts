import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { STATE_FUNCTIONS } from '../../lambdas/function-names.ts';
import { METRICS_NAMESPACE } from '../../lambdas/metric-names.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { CleanUp } from './clean-up.ts';
import { connectFunctions } from './connect-functions.ts';
import { Dashboard } from './dashboard.ts';
import { Events } from './events.ts';
import { ExecutionLogs } from './execution-logs.ts';
import { ExecutionRole } from './execution-role.ts';
import { functionSettings } from './function-settings.ts';
import { Functions } from './functions.ts';
import { Grants } from './grants.ts';
import { Housekeeping } from './housekeeping.ts';
import { OrchestratorMetrics } from './metrics.ts';
import { StartQueue } from './start-queue.ts';
import { Storage } from './storage.ts';
import type { TaskOrchestratorProps } from './task-orchestrator-props.ts';

const DEFAULT_RATE_LIMIT = 100;
const DEFAULT_BURST_LIMIT = 200;
const MAX_SERVICE_LENGTH = 64;

/**
 * Everything that accepts plans and runs them.
 *
 * @example
 * new TaskOrchestrator(stack, 'Orchestrator', { bundles: 'dist/lambdas', agentTarget: { type: 'lambda', arn: agents.functionArn } });
 */
export class TaskOrchestrator extends Construct {
  readonly storage: Storage;
  readonly starts: StartQueue;
  readonly bus: EventBus;
  readonly functions: Functions;
  readonly executionRole: ExecutionRole;
  readonly executionLogs: ExecutionLogs;
  readonly api: Api;
  readonly dashboard: Dashboard;
  readonly alarms: Alarms;

  constructor(scope: Construct, id: string, props: TaskOrchestratorProps) {
    super(scope, id);
    refuseContradictions(props);
    const { removalPolicy = RemovalPolicy.RETAIN, logRetention = RetentionDays.THREE_MONTHS } = props;
    const service = Names.uniqueResourceName(this, { maxLength: MAX_SERVICE_LENGTH });
    this.storage = new Storage(this, 'Storage', { ...props, removalPolicy });
    this.starts = new StartQueue(this, 'Starts', { consumerTimeoutSec: functionSettings('planner', props.functions).timeoutSec });
    this.bus = new EventBus(this, 'Bus', { description: 'Status changes of runs and tasks' });
    this.functions = new Functions(this, 'Functions', { orchestrator: props, environment: this.#commonEnvironment(service, props) });
    this.executionRole = new ExecutionRole(this, 'Execution', { functions: STATE_FUNCTIONS.flatMap((name) => this.functions.allOf(name)) });
    this.executionLogs = new ExecutionLogs(this, 'ExecutionLogs', {
      level: props.executionLogLevel ?? 'OFF',
      tracing: props.executionTracing ?? false,
      role: this.executionRole,
      retention: logRetention,
      removalPolicy,
    });
    this.#connect(props);
    if (removalPolicy === RemovalPolicy.DESTROY) this.#cleanUp(props.bundles, logRetention);
    this.api = new Api(this, 'Http', {
      handler: this.functions.get('api'),
      authorization: props.authorization ?? { type: 'iam' },
      rateLimit: props.apiRateLimit ?? DEFAULT_RATE_LIMIT,
      burstLimit: props.apiBurstLimit ?? DEFAULT_BURST_LIMIT,
      logRetention,
      removalPolicy,
    });
    const metrics = new OrchestratorMetrics(service);
    const watched = { metrics, functions: this.functions, starts: this.starts, table: this.storage.table, api: this.api.api };
    this.dashboard = new Dashboard(this, 'Dashboard', watched);
    this.alarms = new Alarms(this, 'Alarms', { ...watched, topicArn: props.alarmTopicArn });
  }

  #cleanUp(bundles: string, logRetention: RetentionDays): void {
    const { executionRole, functions } = this;
    const cleanUp = new CleanUp(this, 'CleanUp', { bundles, bucket: this.storage.bucket, executionRole, logRetention });
    for (const each of functions.all) cleanUp.after(each);
  }

  #commonEnvironment(service: string, { logLevel = 'INFO' }: TaskOrchestratorProps): Record<string, string> {
    return {
      TABLE_NAME: this.storage.table.tableName,
      BUCKET_NAME: this.storage.bucket.bucketName,
      POWERTOOLS_SERVICE_NAME: service,
      POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      POWERTOOLS_LOG_LEVEL: logLevel,
    };
  }

  #connect(props: TaskOrchestratorProps): void {
    const { functions, starts, bus, executionRole, executionLogs } = this;
    const { table, bucket } = this.storage;
    const grants = new Grants({ table, bucket, startQueue: starts.queue, executionRole: executionRole.role });
    connectFunctions({ functions, grants, starts, bus, executionRole, executionLogs }, props);
    new Events(this, 'Events', {
      table,
      publishEvents: functions.get('publish-events'),
      reconcile: functions.get('reconcile'),
      deadLetters: starts.deadLetters,
    });
    new Housekeeping(this, 'Housekeeping', { ...props, housekeeping: functions.get('housekeeping'), bucket, executionRole });
  }
}

function refuseContradictions({ tenantClaim, authorization = { type: 'iam' } }: TaskOrchestratorProps): void {
  if (tenantClaim !== undefined && authorization.type !== 'jwt')
    throw new TypeError('tenantClaim: only requests with tokens have claims; it needs the authorization jwt');
}
