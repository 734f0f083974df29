import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoStore } from '../lib/aws/dynamodb/dynamo-store.ts';
import { makeDynamoClient } from '../lib/aws/dynamodb/make-client.ts';
import { readEnvironment } from '../lib/aws/environment.ts';
import { keepHouse } from '../lib/aws/keep-house.ts';
import { s3BlobsOf } from '../lib/aws/s3-blobs-of.ts';
import { RealClock } from '../lib/local/real-clock.ts';
import { lambdaHandler } from './middleware.ts';
import { logger } from './powertools.ts';

const environment = readEnvironment([
  'TABLE_NAME',
  'BUCKET_NAME',
  'STATE_MACHINE_ROLE_ARN',
  'MACHINE_RETENTION_DAYS',
  'RUN_RETENTION_DAYS',
]);
const options = {
  // there is time: it slows down to what Step Functions takes
  client: new SFNClient({ retryMode: 'adaptive', maxAttempts: 8 }),
  runs: new DynamoStore({
    client: makeDynamoClient(),
    table: environment.TABLE_NAME,
    blobs: s3BlobsOf(environment.BUCKET_NAME),
    allTenants: true,
  }),
  clock: new RealClock(),
  random: Math.random,
  roleArn: environment.STATE_MACHINE_ROLE_ARN,
  machineRetentionDays: environment.MACHINE_RETENTION_DAYS,
  runRetentionDays: environment.RUN_RETENTION_DAYS,
};

export const handler = lambdaHandler(async () => logger.info('what is no longer needed is removed', await keepHouse(options)));
