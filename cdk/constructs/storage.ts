import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  PARTITION_KEY,
  RUNS_INDEX,
  RUNS_INDEX_PARTITION_KEY,
  RUNS_INDEX_SORT_KEY,
  SORT_KEY,
  TTL_ATTRIBUTE,
} from '../../lib/aws/dynamodb/table.ts';
import { UPLOAD_PREFIX } from '../../lib/aws/upload-prefix.ts';
import { UPLOAD_LIFETIME_DAYS } from '../../lib/runtime/upload-times.ts';
import { acknowledge } from './acknowledge.ts';

/** An execution lives no longer. */
const LONGEST_RUN_DAYS = 366;

export interface StorageProps {
  readonly removalPolicy: RemovalPolicy;
  readonly blobExpirationDays?: number | undefined;
  readonly runRetentionDays?: number | undefined;
}

/** The one table (see `lib/aws/dynamodb/table.ts`), and the bucket for what is too large for it. */
export class Storage extends Construct {
  readonly table: Table;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.table = this.#makeTable(props);
    this.bucket = this.#makeBucket(props);
  }

  #makeTable({ removalPolicy }: StorageProps): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: SORT_KEY, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: TTL_ATTRIBUTE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });
    table.addGlobalSecondaryIndex({
      indexName: RUNS_INDEX,
      partitionKey: { name: RUNS_INDEX_PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: RUNS_INDEX_SORT_KEY, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  #makeBucket({ removalPolicy, ...props }: StorageProps): Bucket {
    const blobExpirationDays = blobLifetimeDays(props);
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          ...(blobExpirationDays !== undefined && { expiration: Duration.days(blobExpirationDays) }),
        },
        { prefix: UPLOAD_PREFIX, expiration: Duration.days(UPLOAD_LIFETIME_DAYS) },
      ],
      // it must be empty to be deleted: see CleanUp
      removalPolicy,
    });
    acknowledge(bucket, 'AwsSolutions-S1', 'Only the functions read and write blobs; an access log would cost more than it could tell.');
    return bucket;
  }
}

/** A run is removed with its blobs. What is left of one that never came to be is not: it goes when no run can need it any more. */
function blobLifetimeDays({ blobExpirationDays, runRetentionDays }: Omit<StorageProps, 'removalPolicy'>): number | undefined {
  if (blobExpirationDays !== undefined || runRetentionDays === undefined) return blobExpirationDays;
  return LONGEST_RUN_DAYS + runRetentionDays;
}
