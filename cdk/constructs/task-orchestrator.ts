import { RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { connectFunctions } from './connect-functions.ts';
import { Dashboard } from './dashboard.ts';
import { Events } from './events.ts';
import { ExecutionRole } from './execution-role.ts';
import { STATE_FUNCTIONS } from './function-names.ts';
import { functionSettings } from './function-settings.ts';
import { Functions } from './functions.ts';
import { Grants } from './grants.ts';
import { METRICS_NAMESPACE, METRICS_SERVICE } from './metrics.ts';
import { StartQueue } from './start-queue.ts';
import { Storage } from './storage.ts';
import type { TaskOrchestratorProps } from './task-orchestrator-props.ts';

const DEFAULT_RATE_LIMIT = 100;
const DEFAULT_BURST_LIMIT = 200;

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
  readonly api: Api;
  readonly dashboard: Dashboard;
  readonly alarms: Alarms;

  constructor(scope: Construct, id: string, props: TaskOrchestratorProps) {
    super(scope, id);
    const { removalPolicy = RemovalPolicy.RETAIN, logRetention = RetentionDays.THREE_MONTHS } = props;
    this.storage = new Storage(this, 'Storage', { removalPolicy, blobExpirationDays: props.blobExpirationDays });
    this.starts = new StartQueue(this, 'Starts', { consumerTimeoutSec: functionSettings('planner', props.functions).timeoutSec });
    this.bus = new EventBus(this, 'Bus', { description: 'Status changes of runs and tasks' });
    this.functions = new Functions(this, 'Functions', { orchestrator: props, environment: this.#commonEnvironment(props) });
    this.executionRole = new ExecutionRole(this, 'Execution', { functions: STATE_FUNCTIONS.map((name) => this.functions.get(name)) });
    this.#connect(props);
    this.api = new Api(this, 'Http', {
      handler: this.functions.get('api'),
      authorization: props.authorization ?? { type: 'iam' },
      rateLimit: props.apiRateLimit ?? DEFAULT_RATE_LIMIT,
      burstLimit: props.apiBurstLimit ?? DEFAULT_BURST_LIMIT,
      logRetention,
      removalPolicy,
    });
    const watched = { functions: this.functions, starts: this.starts, table: this.storage.table, api: this.api.api };
    this.dashboard = new Dashboard(this, 'Dashboard', watched);
    this.alarms = new Alarms(this, 'Alarms', { ...watched, topicArn: props.alarmTopicArn });
  }

  #commonEnvironment({ tenantId = 'default', logLevel = 'INFO' }: TaskOrchestratorProps): Record<string, string> {
    return {
      TABLE_NAME: this.storage.table.tableName,
      BUCKET_NAME: this.storage.bucket.bucketName,
      TENANT_ID: tenantId,
      POWERTOOLS_SERVICE_NAME: METRICS_SERVICE,
      POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      POWERTOOLS_LOG_LEVEL: logLevel,
    };
  }

  #connect(props: TaskOrchestratorProps): void {
    const { functions, starts, bus, executionRole } = this;
    const { table, bucket } = this.storage;
    const grants = new Grants({ table, bucket, executionRole: executionRole.role });
    connectFunctions({ functions, grants, starts, bus, executionRole }, props);
    new Events(this, 'Events', {
      table,
      publishEvents: functions.get('publish-events'),
      reconcile: functions.get('reconcile'),
      deadLetters: starts.deadLetters,
    });
  }
}
