import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './emulator/processes.ts';

export const STACK_NAME = 'TaskOrchestrator';
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
const ROOT = join(import.meta.dirname, '../..');
const CDK = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');

export type StackOutputs = Readonly<Record<string, string>>;

/** What the SDK, the CDK and the tests need to talk to the emulator. */
export function emulatorEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
  };
}

/** The stack as it is deployed anywhere, on the emulator. */
export class Deployment {
  readonly #endpoint: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'deployment-'));

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async bootstrap(): Promise<void> {
    await this.#cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  }

  /** Deploys, or updates what is deployed. */
  async deploy(context: Readonly<Record<string, string>> = {}): Promise<StackOutputs> {
    const outputsFile = join(this.#folder, 'outputs.json');
    await this.#cdk('deploy', STACK_NAME, '--require-approval', 'never', '--outputs-file', outputsFile, ...contextFlags(context));
    const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, StackOutputs>;
    return outputs[STACK_NAME]!;
  }

  async destroy(): Promise<void> {
    await this.#cdk('destroy', STACK_NAME, '--force', ...contextFlags({}));
  }

  async #cdk(...args: readonly string[]): Promise<void> {
    const env = {
      ...process.env,
      ...emulatorEnvironment(this.#endpoint),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: '1',
    };
    const output = join(this.#folder, 'cdk.out');
    await run(process.execPath, [CDK, ...args, '--output', output, '--no-notices', '--ci', '--progress', 'events'], { env, cwd: ROOT });
  }
}

/** The emulator knows no IAM, and nothing is to be left of the stack. */
const CONTEXT = { authorization: 'none', removalPolicy: 'destroy', tracing: 'false' };

function contextFlags(context: Readonly<Record<string, string>>): string[] {
  return Object.entries({ ...CONTEXT, ...context }).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
}
