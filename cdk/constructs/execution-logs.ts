import { Names, type RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ExecutionRole } from './execution-role.ts';

export type ExecutionLogLevel = 'OFF' | 'FATAL' | 'ERROR' | 'ALL';

export interface ExecutionLogsProps {
  readonly level: ExecutionLogLevel;
  readonly tracing: boolean;
  readonly role: ExecutionRole;
  readonly retention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** What executions of state machines leave behind, beside their history: a log and traces, where they are asked for. */
export class ExecutionLogs extends Construct {
  /** What the functions that make machines are told. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { level, tracing, role, retention, removalPolicy }: ExecutionLogsProps) {
    super(scope, id);
    const environment: Record<string, string> = {};
    if (tracing) {
      role.allowTracing();
      environment.STATE_MACHINE_TRACING = 'true';
    }
    if (level !== 'OFF') {
      role.allowLogging();
      // under this prefix logs need no entry of their own in the account's resource policy, whose size is limited
      const logGroupName = `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 64 })}`;
      const log = new LogGroup(this, 'Log', { logGroupName, retention, removalPolicy });
      environment.STATE_MACHINE_LOG_GROUP_ARN = log.logGroupArn;
      environment.STATE_MACHINE_LOG_LEVEL = level;
    }
    this.environment = environment;
  }
}
