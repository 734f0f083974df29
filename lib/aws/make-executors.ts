import type { Executors } from '../executors/make-dispatcher.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { Target } from './target.ts';

export interface Targets {
  readonly agent: Target;
  readonly tool: Target;
}

/** The executors of the configured targets; none where the mock plays the layer. Loads the SDKs of those only. */
export async function makeExecutors({ agent, tool }: Targets, clock: Clock): Promise<Pick<Executors, 'agent' | 'tool'>> {
  return {
    ...(agent.type !== 'mock' && { agent: await agentsOf(agent, clock) }),
    ...(tool.type !== 'mock' && { tool: await toolsOf(tool, clock) }),
  };
}

type RealTarget = Exclude<Target, { type: 'mock' }>;
type HttpsTarget = Extract<Target, { type: 'http' }>;

async function agentsOf(target: RealTarget, clock: Clock): Promise<NonNullable<Executors['agent']>> {
  if (target.type === 'lambda') {
    const { lambdaAgents, makeLambdaClient } = await import('../executors/lambda.ts');
    return lambdaAgents({ client: makeLambdaClient(target.arn), functionArn: target.arn });
  }
  const { httpAgents } = await import('../executors/http.ts');
  return httpAgents({ url: target.url, headers: await headersOf(target, clock) });
}

async function toolsOf(target: RealTarget, clock: Clock): Promise<NonNullable<Executors['tool']>> {
  if (target.type === 'lambda') {
    const { lambdaTools, makeLambdaClient } = await import('../executors/lambda.ts');
    return lambdaTools({ client: makeLambdaClient(target.arn), functionArn: target.arn });
  }
  const { httpTools } = await import('../executors/http.ts');
  return httpTools({ url: target.url, headers: await headersOf(target, clock) });
}

async function headersOf({ header, secret_arn }: HttpsTarget, clock: Clock): Promise<(() => Promise<Record<string, string>>) | undefined> {
  if (header === undefined || secret_arn === undefined) return undefined;
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const { secretHeader } = await import('./secret-header.ts');
  return secretHeader({ client: new SecretsManagerClient(), header, secretArn: secret_arn, now: () => clock.now() });
}
