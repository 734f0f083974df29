import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { executionsArn, machinesArn } from './machine-arns.ts';

export interface ExecutionRoleProps {
  /** All that a state may invoke. */
  readonly functions: readonly IFunction[];
}

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
    acknowledge(
      this,
      'AwsSolutions-IAM5',
      'State machines are made at run time, one for each shape of plan; their names begin with task-orchestrator-.',
    );
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
