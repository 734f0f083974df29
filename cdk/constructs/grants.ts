import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { RUNS_INDEX } from '../../lib/aws/dynamodb/table.ts';
import type { ExecutorTarget } from './executor-target.ts';
import { machinesArn } from './machine-arns.ts';

export interface GrantsProps {
  readonly tableArn: string;
  readonly bucketArn: string;
  readonly executionRoleArn: string;
}

/** The permissions that functions get, each exactly as wide as what the code does with it. There is no Scan. */
export class Grants extends Construct {
  readonly #props: GrantsProps;

  constructor(scope: Construct, id: string, props: GrantsProps) {
    super(scope, id);
    this.#props = props;
  }

  /** Runs, tasks, gates and slots. */
  runs(grantee: IGrantable): void {
    const actions = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
    allow(
      grantee,
      'Runs',
      actions.map((action) => `dynamodb:${action}`),
      this.#props.tableArn,
    );
  }

  /** The list of all runs. */
  runList(grantee: IGrantable): void {
    allow(grantee, 'RunList', ['dynamodb:Query'], `${this.#props.tableArn}/index/${RUNS_INDEX}`);
  }

  /** Large outputs, and definitions of machines that are yet to be made. */
  blobs(grantee: IGrantable): void {
    allow(grantee, 'Blobs', ['s3:GetObject', 's3:PutObject'], `${this.#props.bucketArn}/*`);
  }

  /** To end states that wait under a token. IAM knows no narrower resource for these actions. */
  taskTokens(grantee: IGrantable): void {
    allow(grantee, 'TaskTokens', ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'], '*');
  }

  /** To make state machines that act in the execution role, and to start them. */
  machines(grantee: IGrantable): void {
    allow(grantee, 'Machines', ['states:CreateStateMachine', 'states:StartExecution'], machinesArn(this));
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ExecutionRole',
        actions: ['iam:PassRole'],
        resources: [this.#props.executionRoleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } },
      }),
    );
  }

  /** To call what carries out tasks. */
  target(grantee: IGrantable, sid: string, target: ExecutorTarget): void {
    if (target.type === 'lambda') allow(grantee, sid, ['lambda:InvokeFunction'], target.arn);
    if (target.type === 'http' && target.secret_arn !== undefined)
      allow(grantee, sid, ['secretsmanager:GetSecretValue'], target.secret_arn);
  }
}

function allow(grantee: IGrantable, sid: string, actions: string[], resource: string): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
}
