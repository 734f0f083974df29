import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { makeStack, type Props } from './make-template.ts';

const EVERY_OPTION: Props = {
  authorization: { type: 'jwt', issuer: 'https://issuer.example', audience: ['us'] },
  agentTarget: { type: 'lambda', arn: 'arn:aws:lambda:us-east-1:123456789012:function:agents' },
  toolTarget: {
    type: 'http',
    url: 'https://tools.example',
    header: 'x-key',
    secret_arn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key',
  },
  tracing: false,
  executionTracing: true,
  executionLogLevel: 'ALL',
  removalPolicy: RemovalPolicy.DESTROY,
  alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:alarms',
};

it('passes the checks of cdk-nag by default', () => {
  expect(synthesize({})).toEqual([]);
});

it('passes them with every option', () => {
  expect(synthesize(EVERY_OPTION)).toEqual([]);
});

it('passes them with an API that is open to all', () => {
  expect(synthesize({ authorization: { type: 'none' } })).toEqual([]);
});

it('would not with an open bucket in it', () => {
  expect(() => synthesize({}, (app) => new Bucket(app.node.findChild('TaskOrchestrator'), 'Open'))).toThrow(/require requests to use SSL/);
});

/** @returns what the checks report short of failing */
function synthesize(props: Props, change: (app: App) => void = () => {}): unknown[] {
  const app = new App();
  makeStack(props, app);
  change(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { directory } = app.synth();
  const { pluginReports } = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as { pluginReports: unknown[] };
  return pluginReports;
}
