import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { RUNS_INDEX } from '../../lib/aws/dynamodb/table.ts';
import { acknowledgeWildcard, nagArn } from './acknowledge.ts';
import type { ExecutorTarget } from './executor-target.ts';
import { machinesArn, nagMachinesArn } from './machine-arns.ts';

export interface GrantsProps {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly executionRole: Role;
}

/** What is done to the table; there is no Scan. */
const RUN_ACTIONS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action}`);

/** The permissions that functions get, each exactly as wide as what the code does with it. */
export class Grants {
  readonly #props: GrantsProps;

  constructor(props: GrantsProps) {
    this.#props = props;
  }

  /** Runs, tasks, gates and slots. */
  runs(grantee: LambdaFunction): void {
    allow(grantee, 'Runs', RUN_ACTIONS, this.#props.table.tableArn);
  }

  /** The list of all runs. */
  runList(grantee: LambdaFunction): void {
    allow(grantee, 'RunList', ['dynamodb:Query'], `${this.#props.table.tableArn}/index/${RUNS_INDEX}`);
  }

  /** Large outputs, and definitions of machines that are yet to be made. */
  blobs(grantee: LambdaFunction): void {
    const { bucket } = this.#props;
    allow(grantee, 'Blobs', ['s3:GetObject', 's3:PutObject'], bucket.arnForObjects('*'));
    acknowledgeWildcard(grantee.role!, `${nagArn(bucket)}/*`, 'All objects of the bucket are blobs of runs.');
  }

  /** To end states that wait under a token. */
  taskTokens(grantee: LambdaFunction): void {
    allow(grantee, 'TaskTokens', ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'], '*');
    acknowledgeWildcard(grantee.role!, '*', 'IAM knows no resource for a task token; the token itself is the secret.');
  }

  /** To make state machines that act in the execution role, and to start them. */
  machines(grantee: LambdaFunction): void {
    allow(grantee, 'Machines', ['states:CreateStateMachine', 'states:StartExecution'], machinesArn(grantee));
    acknowledgeWildcard(grantee.role!, nagMachinesArn, 'Machines are made at run time, one for each shape of plan.');
    grantee.addToRolePolicy(
      new PolicyStatement({
        sid: 'ExecutionRole',
        actions: ['iam:PassRole'],
        resources: [this.#props.executionRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } },
      }),
    );
  }

  /** To call what carries out tasks. */
  target(grantee: LambdaFunction, sid: string, target: ExecutorTarget): void {
    if (target.type === 'lambda') allow(grantee, sid, ['lambda:InvokeFunction'], target.arn);
    if (target.type === 'http' && target.secret_arn !== undefined)
      allow(grantee, sid, ['secretsmanager:GetSecretValue'], target.secret_arn);
  }
}

function allow(grantee: LambdaFunction, sid: string, actions: string[], resource: string): void {
  grantee.addToRolePolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
}
