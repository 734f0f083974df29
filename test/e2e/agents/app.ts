import { join } from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { build } from 'esbuild';

/*
 * The stack of what carries out the tasks of the suite: it has to be there before the orchestrator, and is none of its parts.
 */
const bundle = join(import.meta.dirname, '../../../dist/e2e/agents');
await build({
  entryPoints: { index: join(import.meta.dirname, 'agent.ts') },
  outdir: bundle,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  logLevel: 'warning',
});

const app = new App();
const stack = new Stack(app, 'TaskOrchestratorAgents');
const logGroup = new LogGroup(stack, 'Logs', { removalPolicy: RemovalPolicy.DESTROY });
const agents = new LambdaFunction(stack, 'Agents', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromAsset(bundle),
  logGroup,
});
new CfnOutput(stack, 'FunctionArn', { value: agents.functionArn });
new CfnOutput(stack, 'LogGroupName', { value: logGroup.logGroupName });
app.synth();
