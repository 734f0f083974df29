import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildLambdas } from '../lambdas/build.ts';
import { propsFromContext } from './context.ts';
import { OrchestratorStack } from './orchestrator-stack.ts';

const bundles = join(import.meta.dirname, '../dist/lambdas');
await buildLambdas(bundles);

const app = new App();
const stackName = (app.node.tryGetContext('stackName') as string | undefined) ?? 'TaskOrchestrator';
new OrchestratorStack(app, stackName, {
  orchestrator: { bundles, ...propsFromContext((name) => app.node.tryGetContext(name) as unknown) },
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
