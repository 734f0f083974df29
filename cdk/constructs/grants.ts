import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { PLAN_BLOBS, RUNS_INDEX } from '../../lib/aws/dynamodb/table.ts';
import { UPLOAD_PREFIX } from '../../lib/aws/upload-prefix.ts';
import { acknowledgeWildcard, nagArn } from './acknowledge.ts';
import type { ExecutorTarget } from './executor-target.ts';
import { executionsArn, machinesArn, nagExecutionsArn, nagMachinesArn } from './machine-arns.ts';

export interface GrantsProps {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly startQueue: Queue;
  readonly executionRole: Role;
}

/** The permissions that functions get, each exactly as wide as what the code does with it. */
export class Grants {
  readonly #props: GrantsProps;

  constructor(props: GrantsProps) {
    this.#props = props;
  }

  /** Runs, tasks, gates and places. */
  table(grantee: LambdaFunction, calls: readonly string[]): void {
    allow(grantee, 'Runs', 'dynamodb', calls, this.#props.table.tableArn);
  }

  /** The list of all runs. */
  runList(grantee: LambdaFunction): void {
    allow(grantee, 'RunList', 'dynamodb', ['Query'], `${this.#props.table.tableArn}/index/${RUNS_INDEX}`);
  }

  blobs(grantee: LambdaFunction, calls: readonly string[]): void {
    const { bucket } = this.#props;
    allow(grantee, 'Blobs', 's3', calls, bucket.arnForObjects('*'));
    acknowledgeWildcard(grantee.role!, `${nagArn(bucket)}/*`, 'All objects of the bucket are blobs of runs.');
  }

  /** Blobs of clients, by addresses that the grantee signs. Only who may list a bucket is told that an object is missing, and not just refused. */
  uploads(grantee: LambdaFunction): void {
    const { bucket } = this.#props;
    allow(grantee, 'Uploads', 's3', ['DeleteObject', 'GetObject', 'PutObject'], bucket.arnForObjects(`${UPLOAD_PREFIX}*`));
    allow(grantee, 'MissingBlobs', 's3', ['ListBucket'], bucket.bucketArn);
    acknowledgeWildcard(grantee.role!, `${nagArn(bucket)}/${UPLOAD_PREFIX}*`, 'Every upload has a key of its own.');
  }

  /** Plans that are kept by name, where they are too large for the table, go when they are replaced or removed. */
  storedPlans(grantee: LambdaFunction): void {
    const { bucket } = this.#props;
    allow(grantee, 'StoredPlans', 's3', ['DeleteObject'], bucket.arnForObjects(`${PLAN_BLOBS}/*`));
    acknowledgeWildcard(grantee.role!, `${nagArn(bucket)}/${PLAN_BLOBS}/*`, 'Every stored plan has a key of its own.');
  }

  taskTokens(grantee: LambdaFunction, calls: readonly string[]): void {
    allow(grantee, 'TaskTokens', 'states', calls, '*');
    acknowledgeWildcard(grantee.role!, '*', 'IAM knows no resource for a task token; the token itself is the secret.');
  }

  /** To make state machines that act in the execution role, and to start them. */
  machines(grantee: LambdaFunction): void {
    allow(grantee, 'Machines', 'states', ['CreateStateMachine', 'StartExecution'], machinesArn(grantee));
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

  /** Of the machines that deployments have made. */
  executions(grantee: LambdaFunction, calls: readonly string[]): void {
    allow(grantee, 'Executions', 'states', calls, executionsArn(grantee));
    acknowledgeWildcard(grantee.role!, nagExecutionsArn, 'Every run has executions of its own.');
  }

  /** To leave runs that are to be started. */
  starts(grantee: LambdaFunction): void {
    allow(grantee, 'Starts', 'sqs', ['SendMessage'], this.#props.startQueue.queueArn);
  }

  /** To call what carries out tasks. */
  target(grantee: LambdaFunction, sid: string, target: ExecutorTarget): void {
    if (target.type === 'lambda') allow(grantee, sid, 'lambda', ['InvokeFunction'], target.arn);
    if (target.type === 'http' && target.secret_arn !== undefined)
      allow(grantee, sid, 'secretsmanager', ['GetSecretValue'], target.secret_arn);
  }
}

function allow(grantee: LambdaFunction, sid: string, service: string, calls: readonly string[], resource: string): void {
  const actions = calls.map((call) => `${service}:${call}`);
  grantee.addToRolePolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
}
