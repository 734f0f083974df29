import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment, emulatorEnvironment } from './deployment.ts';
import { startEmulator } from './emulator/emulator.ts';
import { run } from './emulator/processes.ts';
import { STAGE_VARIABLE, type Stage } from './stage.ts';
import { timed } from './timed.ts';

/*
 * A real deployment of the real stack, from nothing, and the suite *.e2e.ts on it; its last file takes all of it down again.
 *
 *   node test/e2e/run.ts [names of test files …]
 */
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'dist/e2e');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const emulator = await timed('start the emulator', () => startEmulator(join(folder, 'emulator.log')));
const { endpoint } = emulator;
const stopped = (): void => {
  void emulator.stop().finally(() => process.exit(130));
};
process.once('SIGINT', stopped).once('SIGTERM', stopped);
try {
  const deployment = new Deployment({ endpoint, folder });
  await timed('cdk bootstrap', () => deployment.bootstrap());
  const agents = await timed('cdk deploy of the agents', () => deployment.deployAgents());
  const context = {
    // the emulator knows no IAM
    authorization: 'none',
    // nothing is to be left
    removalPolicy: 'destroy',
    tracing: 'false',
    agentTarget: JSON.stringify({ type: 'lambda', arn: agents.FunctionArn, callbacks: true }),
  };
  const outputs = await timed('cdk deploy', () => deployment.deploy(context));
  await timed('the suite', () => runSuite({ endpoint, outputs, agents, context, folder }));
} finally {
  await emulator.stop();
}

async function runSuite(stage: Stage): Promise<void> {
  const env = { ...process.env, ...emulatorEnvironment(endpoint), [STAGE_VARIABLE]: JSON.stringify(stage) };
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.e2e.config.ts');
  await run(process.execPath, [vitest, 'run', '--config', config, ...process.argv.slice(2)], { env, cwd: root });
}
