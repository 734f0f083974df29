import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { allowDeletingBlobs, allowDeletingMachines } from './allow-deleting.ts';
import type { ExecutionRole } from './execution-role.ts';

export interface HousekeepingProps {
  readonly housekeeping: LambdaFunction;
  readonly bucket: Bucket;
  readonly executionRole: ExecutionRole;
  readonly machineRetentionDays?: number | undefined;
  readonly runRetentionDays?: number | undefined;
}

/** Once a day, what nobody needs any more is removed. What fails is done the next day. */
export class Housekeeping extends Construct {
  constructor(scope: Construct, id: string, props: HousekeepingProps) {
    super(scope, id);
    const { housekeeping, bucket, executionRole, machineRetentionDays, runRetentionDays } = props;
    allowDeletingMachines(housekeeping, ['DescribeStateMachine', 'ListExecutions']);
    allowDeletingBlobs(housekeeping, bucket);
    housekeeping.addEnvironment('STATE_MACHINE_ROLE_ARN', executionRole.role.roleArn);
    if (machineRetentionDays !== undefined) housekeeping.addEnvironment('MACHINE_RETENTION_DAYS', String(machineRetentionDays));
    if (runRetentionDays !== undefined) housekeeping.addEnvironment('RUN_RETENTION_DAYS', String(runRetentionDays));
    housekeeping.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Daily', {
      description: 'Housekeeping of TaskOrchestrator',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaTarget(housekeeping)],
    });
  }
}
