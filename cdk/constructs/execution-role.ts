import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import { executionsArn, machinesArn, nagExecutionsArn, nagMachinesArn } from './machine-arns.ts';

export interface ExecutionRoleProps {
  /** All that a state may invoke. */
  readonly functions: readonly IFunction[];
}

const MADE_AT_RUN_TIME = 'Machines are made at run time, one for each shape of plan; their names begin with task-orchestrator-.';

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
const TRACES = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'];

/** What the state machines may do: invoke the functions of their states, and run the machines of their parts. */
export class ExecutionRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { functions }: ExecutionRoleProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
      description: 'State machines of TaskOrchestrator',
    });
    this.#allow(
      'InvokeStates',
      ['lambda:InvokeFunction'],
      functions.map((each) => each.functionArn),
    );
    this.#allow('StartParts', ['states:StartExecution'], [machinesArn(this)]);
    this.#allow('FollowParts', ['states:DescribeExecution', 'states:StopExecution'], [executionsArn(this)]);
    // startExecution.sync:2 learns of the child's end by a rule that Step Functions manages
    this.#allow('WaitForParts', ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], [this.#managedRuleArn()]);
    for (const wildcard of [nagMachinesArn, nagExecutionsArn]) acknowledgeWildcard(this.role, wildcard, MADE_AT_RUN_TIME);
  }

  allowLogging(): void {
    this.#allow('DeliverLogs', LOG_DELIVERY, ['*']);
    acknowledgeWildcard(this.role, '*', 'CloudWatch Logs knows no resource for the delivery of logs.');
  }

  allowTracing(): void {
    this.#allow('Trace', TRACES, ['*']);
    acknowledgeWildcard(this.role, '*', 'X-Ray has no resource to name.');
  }

  #allow(sid: string, actions: string[], resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
  }

  #managedRuleArn(): string {
    return Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
    });
  }
}
