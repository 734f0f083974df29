import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcard, nagArn } from './acknowledge.ts';
import { machinesArn, nagMachinesArn } from './machine-arns.ts';

/** To find machines, and to delete them. `calls`: what is asked of each before. */
export function allowDeletingMachines(grantee: LambdaFunction, calls: readonly string[]): void {
  allow(grantee, 'ListMachines', ['states:ListStateMachines'], '*');
  const actions = [...calls, 'DeleteStateMachine'].map((call) => `states:${call}`);
  allow(grantee, 'DeleteMachines', actions, machinesArn(grantee));
  acknowledgeWildcard(grantee.role!, '*', 'IAM knows no resource for a list of machines.');
  acknowledgeWildcard(grantee.role!, nagMachinesArn, 'Machines are made at run time, one for each shape of plan.');
}

/** To find blobs, and to delete them. */
export function allowDeletingBlobs(grantee: LambdaFunction, bucket: Bucket): void {
  allow(grantee, 'ListBlobs', ['s3:ListBucket'], bucket.bucketArn);
  allow(grantee, 'DeleteBlobs', ['s3:DeleteObject'], bucket.arnForObjects('*'));
  acknowledgeWildcard(grantee.role!, `${nagArn(bucket)}/*`, 'All objects of the bucket are blobs of runs.');
}

function allow(grantee: LambdaFunction, sid: string, actions: string[], resource: string): void {
  grantee.addToRolePolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
}
