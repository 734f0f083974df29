import {
  InvalidRequestContentException,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
  RequestTooLargeException,
} from '@aws-sdk/client-lambda';
import { isJsonObject } from '../model/json.ts';
import { AgentUnavailableError, TaskFailedError } from '../runtime/errors.ts';
import type { AgentExecutor, ToolExecutor } from '../runtime/ports/executors.ts';
import { readAgentAnswer, readToolAnswer } from './read-answer.ts';

/** What is kept of a function's own error message, in characters. */
const MAX_MESSAGE_LENGTH = 4_000;

/** A Lambda function that carries out tasks. */
export interface LambdaTarget {
  readonly client: LambdaClient;
  /** With a version or alias, if so wished. */
  readonly functionArn: string;
}

/** A client for the function's region. It calls once: whether an attempt is repeated is for the task's retry policy to say. */
export function makeLambdaClient(functionArn: string): LambdaClient {
  const region = functionArn.split(':')[3];
  return new LambdaClient({ maxAttempts: 1, ...(region !== undefined && { region }) });
}

/** Agents (L02) behind a function: it gets `{agent_id, input}`. */
export function lambdaAgents(target: LambdaTarget): AgentExecutor {
  return {
    async execute(agentId, input, signal) {
      return readAgentAnswer(await invoke(target, { agent_id: agentId, input }, signal), agentId);
    },
  };
}

/** Tools (L03) behind a function: it gets `{tool_name, arguments}`, and `callback_id` where it may report later. */
export function lambdaTools(target: LambdaTarget): ToolExecutor {
  return {
    async execute(toolName, toolArguments, signal, callbackId) {
      const payload = { tool_name: toolName, arguments: toolArguments, ...(callbackId !== undefined && { callback_id: callbackId }) };
      return readToolAnswer(await invoke(target, payload, signal));
    },
  };
}

/** @throws TaskFailedError, AgentUnavailableError */
async function invoke({ client, functionArn }: LambdaTarget, payload: object, signal: AbortSignal): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(payload)) });
  const answer = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw failureOf(error);
  });
  const result = read(answer);
  if (answer.FunctionError !== undefined) throw new TaskFailedError(messageOf(result).slice(0, MAX_MESSAGE_LENGTH));
  return result;
}

function failureOf(error: unknown): Error {
  const text = `the function could not be called: ${String(error)}`;
  if (error instanceof RequestTooLargeException || error instanceof InvalidRequestContentException) {
    return new TaskFailedError(text, { cause: error });
  }
  return new AgentUnavailableError(text, { cause: error });
}

function read({ Payload }: InvokeCommandOutput): unknown {
  const text = Payload === undefined ? '' : Buffer.from(Payload).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new TaskFailedError('the function answered with something that is not JSON', { cause: error });
  }
}

/** What Lambda says of an error that a function threw. */
function messageOf(result: unknown): string {
  const message = isJsonObject(result) ? result.errorMessage : undefined;
  return typeof message === 'string' && message !== '' ? message : 'the function failed without a message';
}
