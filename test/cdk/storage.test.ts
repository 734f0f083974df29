import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { tableDefinition } from '../../lib/aws/dynamodb/table-definition.ts';
import { makeTemplate, type Props } from './make-template.ts';
import { resourceOf, resourcesOf } from './resources.ts';

const template = makeTemplate();

describe('the table', () => {
  const { Properties: table, DeletionPolicy, UpdateReplacePolicy } = resourceOf(template, 'AWS::DynamoDB::Table');

  it('is the one that the store is written and tested for', () => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = tableDefinition('any');

    expect(table).toMatchObject({ KeySchema, GlobalSecondaryIndexes });
    expect(new Set(table.AttributeDefinitions as object[])).toEqual(new Set(AttributeDefinitions));
  });

  it('costs by use', () => {
    expect(table.BillingMode).toBe('PAY_PER_REQUEST');
  });

  it('streams what its items were and are', () => {
    expect(table.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  });

  it('lets what only coordinates a run expire', () => {
    expect(table.TimeToLiveSpecification).toEqual({ AttributeName: 'expires_at', Enabled: true });
  });

  it('can be restored to any point in time', () => {
    expect(table.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  });

  it('outlives the stack', () => {
    expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('the bucket', () => {
  const { Properties: bucket, DeletionPolicy } = resourceOf(template, 'AWS::S3::Bucket');

  it('is encrypted and closed to the public', () => {
    expect(bucket).toMatchObject({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('answers over TLS only', () => {
    expect(resourceOf(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
  });

  it('keeps blobs for good, plans that are uploaded and not submitted for a day, and no parts of uploads', () => {
    expect(bucket.LifecycleConfiguration).toEqual({
      Rules: [
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
        { Prefix: 'uploads/', ExpirationInDays: 1, Status: 'Enabled' },
      ],
    });
  });

  it('deletes blobs after a time, where that is asked for', () => {
    const { Properties } = resourceOf(makeTemplate({ blobExpirationDays: 30 }), 'AWS::S3::Bucket');

    expect(Properties.LifecycleConfiguration).toMatchObject({
      Rules: [
        { ExpirationInDays: 30, Status: 'Enabled' },
        { Prefix: 'uploads/', ExpirationInDays: 1 },
      ],
    });
  });

  it('deletes what no run can need any more, where runs are not kept for good', () => {
    const daysWith = (props: Props) => resourceOf(makeTemplate(props), 'AWS::S3::Bucket').Properties.LifecycleConfiguration;

    expect(daysWith({ runRetentionDays: 60 })).toMatchObject({ Rules: [{ ExpirationInDays: 426 }, { Prefix: 'uploads/' }] });
    expect(daysWith({ runRetentionDays: 60, blobExpirationDays: 30 })).toMatchObject({
      Rules: [{ ExpirationInDays: 30 }, { Prefix: 'uploads/' }],
    });
  });

  it('outlives the stack', () => {
    expect(DeletionPolicy).toBe('Retain');
  });
});

it('nothing that keeps data outlives a stack that is to leave nothing', () => {
  const passing = makeTemplate({ removalPolicy: RemovalPolicy.DESTROY });

  for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup', 'AWS::SQS::Queue']) {
    const resources = Object.values(resourcesOf(passing, type));
    expect(resources.length).toBeGreaterThan(0);
    for (const { DeletionPolicy } of resources) expect(DeletionPolicy).toBe('Delete');
  }
});

it('logs are kept for three months', () => {
  const logs = Object.values(resourcesOf(template, 'AWS::Logs::LogGroup'));

  // of ten functions and the API
  expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual(Array(11).fill(90));
});
