import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildLambdas } from '../lambdas/build.ts';
import { propsFromContext } from './context.ts';
import { OrchestratorStack } from './orchestrator-stack.ts';

const app = new App();
const readContext = (name: string): unknown => app.node.tryGetContext(name) as unknown;
const props = propsFromContext(readContext);
const stackName = (readContext('stackName') as string | undefined) ?? 'TaskOrchestrator';

/** What is deployed is copied into the CDK's output: several syntheses at once are not in each other's way. */
const bundles = mkdtempSync(join(tmpdir(), 'task-orchestrator-lambdas-'));
try {
  await buildLambdas(bundles);
  new OrchestratorStack(app, stackName, { orchestrator: { bundles, ...props } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} finally {
  rmSync(bundles, { recursive: true, force: true });
}
