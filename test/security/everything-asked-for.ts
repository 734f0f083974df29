import { RemovalPolicy } from 'aws-cdk-lib';
import type { Props } from '../cdk/make-template.ts';

export const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1b2c3';

/** Of a deployment all that adds to what it may do, keeps or writes. */
export const EVERYTHING: Props = {
  authorization: { type: 'jwt', issuer: 'https://issuer.example', audience: ['us'] },
  tenantClaim: 'tenant',
  agentTarget: { type: 'lambda', arn: 'arn:aws:lambda:us-east-1:123456789012:function:agents' },
  toolTarget: { type: 'http', url: 'https://tools.example', header: 'x-key', secret_arn: SECRET_ARN },
  executionTracing: true,
  executionLogLevel: 'ALL',
  removalPolicy: RemovalPolicy.DESTROY,
};
