import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { WorkflowEngine } from '../runtime/ports/workflow-engine.ts';

/** What SendTaskFailure takes at the most, in characters. */
const MAX_ERROR_LENGTH = 256;
const MAX_CAUSE_LENGTH = 32_768;

/** Answers states that wait under a token. After a timeout or the end of the execution nobody waits, which is no error. */
export class TaskTokens implements Pick<WorkflowEngine, 'openGate' | 'failTask' | 'heartbeat'> {
  readonly #client: SFNClient;

  constructor(client: SFNClient) {
    this.#client = client;
  }

  async openGate(taskToken: string): Promise<boolean> {
    return isHeard(this.#client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' })));
  }

  async failTask(taskToken: string, { name, message }: { readonly name: string; readonly message: string }): Promise<boolean> {
    const error = name.slice(0, MAX_ERROR_LENGTH);
    const cause = message.slice(0, MAX_CAUSE_LENGTH);
    return isHeard(this.#client.send(new SendTaskFailureCommand({ taskToken, error, cause })));
  }

  async heartbeat(taskToken: string): Promise<boolean> {
    return isHeard(this.#client.send(new SendTaskHeartbeatCommand({ taskToken })));
  }
}

async function isHeard(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) return false;
    throw error;
  }
}
