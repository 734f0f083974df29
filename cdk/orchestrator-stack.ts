import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TaskOrchestrator } from './constructs/task-orchestrator.ts';
import type { TaskOrchestratorProps } from './constructs/task-orchestrator-props.ts';

export interface OrchestratorStackProps extends StackProps {
  readonly orchestrator: TaskOrchestratorProps;
}

/** A deployment of its own: the orchestrator, and where to find its parts. */
export class OrchestratorStack extends Stack {
  readonly orchestrator: TaskOrchestrator;

  constructor(scope: Construct, id: string, { orchestrator: props, ...stackProps }: OrchestratorStackProps) {
    super(scope, id, { description: 'TaskOrchestrator: runs execution plans on Step Functions', ...stackProps });
    this.orchestrator = new TaskOrchestrator(this, 'Orchestrator', props);
    const { api, storage, bus, starts, executionRole, dashboard } = this.orchestrator;
    const outputs = {
      ApiUrl: api.url,
      TableName: storage.table.tableName,
      BucketName: storage.bucket.bucketName,
      EventBusName: bus.eventBusName,
      StartQueueUrl: starts.queue.queueUrl,
      DeadLetterQueueUrl: starts.deadLetters.queueUrl,
      StateMachineRoleArn: executionRole.role.roleArn,
      DashboardUrl: dashboard.url,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
