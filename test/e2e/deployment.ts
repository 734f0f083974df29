import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runLogged } from './emulator/processes.ts';

export const STACK_NAME = 'TaskOrchestrator';
export const AGENTS_STACK_NAME = 'TaskOrchestratorAgents';
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
const ROOT = join(import.meta.dirname, '../..');
const CDK = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
const AGENTS_APP = 'node --disable-warning=ExperimentalWarning test/e2e/agents/app.ts';

export type StackOutputs = Readonly<Record<string, string>>;

export interface DeploymentOptions {
  readonly endpoint: string;
  /** Where the CDK puts what it makes, and the log of what it says. */
  readonly folder: string;
}

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

/** The stack as it is deployed anywhere, on the emulator; its agents are the function of a stack beside it. */
export class Deployment {
  readonly #options: DeploymentOptions;

  constructor(options: DeploymentOptions) {
    this.#options = options;
  }

  async bootstrap(): Promise<void> {
    await this.#cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  }

  deployAgents(): Promise<StackOutputs> {
    return this.#deploy(AGENTS_STACK_NAME, '--app', AGENTS_APP);
  }

  /** Deploys, or updates what is deployed. */
  deploy(context: Readonly<Record<string, string>>): Promise<StackOutputs> {
    return this.#deploy(STACK_NAME, ...contextFlags(context));
  }

  async destroy(context: Readonly<Record<string, string>>): Promise<void> {
    await this.#cdk('destroy', STACK_NAME, '--force', ...contextFlags(context));
  }

  async destroyAgents(): Promise<void> {
    await this.#cdk('destroy', AGENTS_STACK_NAME, '--force', '--app', AGENTS_APP);
  }

  async #deploy(stack: string, ...flags: readonly string[]): Promise<StackOutputs> {
    const outputsFile = join(this.#options.folder, `${stack}.json`);
    await this.#cdk('deploy', stack, '--require-approval', 'never', '--outputs-file', outputsFile, ...flags);
    const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, StackOutputs>;
    return outputs[stack]!;
  }

  async #cdk(...args: readonly string[]): Promise<void> {
    const { endpoint, folder } = this.#options;
    const env = {
      ...process.env,
      ...emulatorEnvironment(endpoint),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: '1',
    };
    const flags = ['--output', join(folder, 'cdk.out'), '--no-notices', '--ci'];
    await runLogged(process.execPath, [CDK, ...args, ...flags], { env, cwd: ROOT, logFile: join(folder, 'cdk.log') });
  }
}

function contextFlags(context: Readonly<Record<string, string>>): string[] {
  return Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
}
