import { AgentUnavailableError, TaskFailedError } from '../runtime/errors.ts';
import type { AgentExecutor, ToolExecutor } from '../runtime/ports/executors.ts';
import { type HttpAnswer, postJson } from './post-json.ts';
import { readAgentAnswer, readToolAnswer } from './read-answer.ts';

/** What is kept of an endpoint's own words, in characters. */
const MAX_MESSAGE_LENGTH = 1_000;
const MAX_REDIRECTS = 3;
const DEFAULT_MAX_ANSWER_BYTES = 6 * 1024 * 1024;

/** An endpoint that carries out tasks. */
export interface HttpTarget {
  readonly url: string;
  /** Sent with every request; asked for anew each time, so that secrets may rotate. */
  readonly headers?: (() => Promise<Record<string, string>>) | undefined;
  /** Larger answers fail the attempt. Default 6 MB, what a Lambda may answer. */
  readonly maxAnswerBytes?: number | undefined;
}

/** Agents (L02) behind an endpoint: it is posted `{agent_id, input}`. */
export function httpAgents(target: HttpTarget): AgentExecutor {
  return {
    async execute(agentId, input, signal) {
      return readAgentAnswer(await post(target, { agent_id: agentId, input }, signal), agentId);
    },
  };
}

/** Tools (L03) behind an endpoint: it is posted `{tool_name, arguments}`, and `callback_id` where it may report later. */
export function httpTools(target: HttpTarget): ToolExecutor {
  return {
    async execute(toolName, toolArguments, signal, callbackId) {
      const payload = { tool_name: toolName, arguments: toolArguments, ...(callbackId !== undefined && { callback_id: callbackId }) };
      return readToolAnswer(await post(target, payload, signal));
    },
  };
}

/**
 * 202 means accepted; 429, 5xx and no answer mean that the endpoint is unavailable, everything else that the attempt failed.
 *
 * @throws TaskFailedError, AgentUnavailableError
 */
async function post(target: HttpTarget, payload: object, signal: AbortSignal): Promise<unknown> {
  const { status, body } = await follow(target, JSON.stringify(payload), signal);
  if (status === 202) return { accepted: true };
  if (status === 429 || status >= 500) throw new AgentUnavailableError(`the endpoint answered ${status}`);
  if (status < 200 || status >= 300) throw new TaskFailedError(`the endpoint answered ${status}: ${body.slice(0, MAX_MESSAGE_LENGTH)}`);
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw new TaskFailedError('the endpoint answered with something that is not JSON', { cause: error });
  }
}

/** Goes along with redirects that repeat the request (307, 308), but to no other host: the header is for this one. */
async function follow(target: HttpTarget, body: string, signal: AbortSignal): Promise<HttpAnswer> {
  const headers = (await target.headers?.()) ?? {};
  const maxBytes = target.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES;
  const start = new URL(target.url);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await postJson({ url, headers, body, maxBytes, signal });
    if ((answer.status !== 307 && answer.status !== 308) || answer.location === undefined) return answer;
    const next = URL.parse(answer.location, url.href);
    if (next?.origin !== start.origin) {
      throw new TaskFailedError(`the endpoint redirects to another host, ${next?.host ?? answer.location}`);
    }
    url = next;
  }
  throw new TaskFailedError(`the endpoint redirects more than ${MAX_REDIRECTS} times`);
}
