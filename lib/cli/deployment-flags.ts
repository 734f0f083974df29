import { type Command, Option } from 'commander';
import type { ApiClient } from '../client/api-client.ts';
import type { DeploymentAddress } from '../client/connect.ts';
import type { KeptAt } from './hints.ts';
import { UsageError } from './usage-error.ts';

export interface DeploymentFlags {
  endpoint?: string;
  stack?: string;
  token?: string;
}

const TOKEN_VARIABLE = 'TASK_ORCHESTRATOR_TOKEN';

/** Lets a command be carried out by a deployment; `localOnly` are the names of options that make no sense there. */
export function addDeploymentOptions(command: Command, localOnly: readonly string[]): Command {
  return command
    .addOption(new Option('--endpoint <url>', 'on a deployment: the URL of its API').conflicts(['stack', ...localOnly]))
    .addOption(new Option('--stack <name>', 'on a deployment: the name of its CloudFormation stack').conflicts([...localOnly]))
    .option('--token <token>', `a bearer token, instead of signing requests (better in ${TOKEN_VARIABLE})`);
}

/** The deployment that is to carry the command out; undefined for this machine. @throws UsageError for a token that nobody gets */
export function deploymentOf(flags: DeploymentFlags): DeploymentAddress | undefined {
  const { endpoint, stack } = flags;
  const token = flags.token ?? (process.env[TOKEN_VARIABLE] || undefined);
  if (endpoint !== undefined) return { endpoint, token };
  if (stack !== undefined) return { stack, token };
  if (flags.token !== undefined) throw new UsageError('--token is for a deployment: give --endpoint or --stack');
  return undefined;
}

/** How a deployment is named, also on the command line. */
export function onDeployment(address: DeploymentAddress): KeptAt {
  if ('endpoint' in address) return { place: `on ${address.endpoint}`, flags: `--endpoint ${address.endpoint}` };
  return { place: `on ${address.stack}`, flags: `--stack ${address.stack}` };
}

/** Loads what speaks to deployments only when one is spoken to. @throws ClientError */
export async function connectTo(address: DeploymentAddress): Promise<ApiClient> {
  const { connect } = await import('../client/connect.ts');
  return connect(address);
}
