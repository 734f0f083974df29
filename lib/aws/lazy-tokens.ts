import type { WorkflowEngine } from '../runtime/ports/workflow-engine.ts';

type Tokens = Pick<WorkflowEngine, 'openGate' | 'failTask' | 'heartbeat'>;

/** An engine that only answers tokens. The SDK of Step Functions is loaded with the first of them: most tasks open no gate. */
export function lazyTokens(): WorkflowEngine {
  let opened: Promise<Tokens> | undefined;
  const tokens = (): Promise<Tokens> => {
    opened ??= openTokens();
    return opened;
  };
  return {
    openGate: async (token) => (await tokens()).openGate(token),
    failTask: async (token, error) => (await tokens()).failTask(token, error),
    heartbeat: async (token) => (await tokens()).heartbeat(token),
    ensureMachine: refuse,
    startExecution: refuse,
    stopExecution: refuse,
  };
}

async function openTokens(): Promise<Tokens> {
  const [{ makeSfnClient }, { TaskTokens }] = await Promise.all([import('./make-sfn-client.ts'), import('./task-tokens.ts')]);
  return new TaskTokens(makeSfnClient());
}

async function refuse(): Promise<never> {
  throw new TypeError('this engine only answers tokens');
}
