import type { WorkflowEngine } from '../runtime/ports.ts';

/** SendTask* may be throttled while many gates open at once; nobody waits for an answer but the task behind the gate. */
const MAX_ATTEMPTS = 8;

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
  };
}

async function openTokens(): Promise<Tokens> {
  const [{ SFNClient }, { TaskTokens }] = await Promise.all([import('@aws-sdk/client-sfn'), import('./task-tokens.ts')]);
  return new TaskTokens(new SFNClient({ maxAttempts: MAX_ATTEMPTS }));
}

async function refuse(): Promise<never> {
  throw new TypeError('this engine only answers tokens');
}
