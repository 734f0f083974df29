import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { deleteMachines } from '../lib/aws/delete-machines.ts';
import { emptyBucket } from '../lib/aws/empty-bucket.ts';
import '../lib/model/english.ts';
import { whenDeleted } from './custom-resource.ts';
import { logger } from './powertools.ts';

/** Describing and deleting machines is throttled; there may be thousands. */
const MAX_ATTEMPTS = 12;

const properties = z.object({ BucketName: z.string(), RoleArn: z.string(), MachineNamePrefix: z.string() });

/** Takes away what a deployment has made at run time and CloudFormation knows nothing of. */
export const handler = whenDeleted(async (given) => {
  const { BucketName, RoleArn, MachineNamePrefix } = properties.parse(given);
  const machines = await deleteMachines(new SFNClient({ maxAttempts: MAX_ATTEMPTS }), MachineNamePrefix, RoleArn);
  await emptyBucket(new S3Client(), BucketName);
  logger.info('the deployment is cleaned up', { machines });
});
