import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment, emulatorEnvironment } from './deployment.ts';
import { startEmulator } from './emulator/emulator.ts';
import { run } from './emulator/processes.ts';
import { timed } from './timed.ts';

/*
 * A real deployment of the real stack, from nothing and back to nothing, with the suite *.e2e.ts in between:
 *
 *   node test/e2e/run.ts [names of test files …]
 */
const root = join(import.meta.dirname, '../..');
const logs = join(root, 'dist/e2e');
mkdirSync(logs, { recursive: true });

const emulator = await timed('start the emulator', () => startEmulator(join(logs, 'emulator.log')));
const stopped = (): void => {
  void emulator.stop().finally(() => process.exit(130));
};
process.once('SIGINT', stopped).once('SIGTERM', stopped);
try {
  const deployment = new Deployment(emulator.endpoint);
  await timed('cdk bootstrap', () => deployment.bootstrap());
  const outputs = await timed('cdk deploy', () => deployment.deploy());
  await timed('the suite', () => runSuite(outputs));
  await timed('cdk destroy', () => deployment.destroy());
} finally {
  await emulator.stop();
}

async function runSuite(outputs: Readonly<Record<string, string>>): Promise<void> {
  const env = { ...process.env, ...emulatorEnvironment(emulator.endpoint), E2E_OUTPUTS: JSON.stringify(outputs) };
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.e2e.config.ts');
  await run(process.execPath, [vitest, 'run', '--config', config, ...process.argv.slice(2)], { env, cwd: root });
}
