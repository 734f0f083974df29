import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AgentUnavailableError, TaskFailedError } from '../runtime/errors.ts';

export interface JsonPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/**
 * Posts JSON over a connection of its own and reads the answer. Not `fetch`, which gives up on any answer that takes longer
 * than five minutes; here only the signal says how long to wait.
 *
 * @throws AgentUnavailableError when there is no whole answer; TaskFailedError when it is too large; the signal's reason
 */
export function postJson({ url, headers, body, maxBytes, signal }: JsonPost): Promise<HttpAnswer> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(signal.aborted ? signal.reason : unreachable(error));
    const content = { 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(body) };
    // a connection kept across a freeze of the function would be dead
    const request = send(url, { method: 'POST', headers: { ...headers, ...content }, agent: false, signal }, (response) => {
      read(response, maxBytes).then(resolve, fail);
    });
    request.on('error', fail);
    request.end(body);
  });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new TaskFailedError(`the endpoint answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode!, location: response.headers.location, body: Buffer.concat(chunks).toString() };
}

function unreachable(error: unknown): unknown {
  if (error instanceof TaskFailedError) return error;
  return new AgentUnavailableError(`the endpoint could not be reached: ${String(error)}`, { cause: error });
}
