import type { StackOutputs } from './deployment.ts';

/** What the suite plays on: run.ts deploys it and hands it over in an environment variable. */
export interface Stage {
  readonly endpoint: string;
  /** Of the orchestrator's stack. */
  readonly outputs: StackOutputs;
  /** Of the agents' stack. */
  readonly agents: StackOutputs;
  /** What the orchestrator is deployed with. */
  readonly context: Readonly<Record<string, string>>;
  /** Where the CDK puts what it makes. */
  readonly folder: string;
}

export const STAGE_VARIABLE = 'E2E_STAGE';

/** @throws when the suite was started by something else than run.ts */
export function readStage(): Stage {
  const text = process.env[STAGE_VARIABLE];
  if (text === undefined) throw new Error('there is nothing deployed: start the suite by `npm run e2e`');
  return JSON.parse(text) as Stage;
}

/** The deployed API, at the address where the emulator has it: names below localhost do not resolve everywhere. */
export function apiUrl({ endpoint, outputs }: Pick<Stage, 'endpoint' | 'outputs'>): string {
  const [apiId] = new URL(outputs.ApiUrl!).hostname.split('.');
  return `${endpoint}/_aws/execute-api/${apiId}/$default`;
}
