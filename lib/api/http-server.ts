import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ApiRequest, ApiResponse } from './api.ts';
import { MAX_BODY_BYTES } from './handle-request.ts';
import { ApiProblem, problemResponse } from './problem.ts';

/** A server is for this machine only: a page elsewhere may point its own host name here. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
/** What a browser says of the page that asks. Others say nothing. */
const LOCAL_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

type Handle = (request: ApiRequest) => Promise<ApiResponse>;

/** The HTTP API on this machine. It answers what `handle` does, which never throws. */
export function makeHttpServer(handle: Handle, maxBodyBytes: (path: string) => number = () => MAX_BODY_BYTES): Server {
  return createServer((incoming, outgoing) => {
    answer(handle, maxBodyBytes, incoming)
      .then((response) => send(outgoing, incoming, response))
      .catch(() => outgoing.destroy()); // the client went away
  });
}

async function answer(handle: Handle, maxBodyBytes: (path: string) => number, incoming: IncomingMessage): Promise<ApiResponse> {
  const { host = '', origin } = incoming.headers;
  if (!LOCAL_HOST.test(host)) return problemResponse(new ApiProblem(403, 'this server answers for localhost only'));
  // a control has no body, so a browser would send it for any page
  if (origin !== undefined && !LOCAL_ORIGIN.test(origin)) return problemResponse(new ApiProblem(403, 'this server answers no other sites'));
  const [path = '/', search = ''] = splitOnce(incoming.url ?? '/', '?');
  const maxBytes = maxBodyBytes(path);
  const body = await readBody(incoming, maxBytes);
  if (body === undefined) return problemResponse(new ApiProblem(413, `the body has more than ${maxBytes} bytes`));
  return handle({
    method: incoming.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join() : value]),
    ),
    body: body === '' ? undefined : body,
  });
}

/** undefined for a body that is too large; what is left of it is passed over. */
async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBytes) chunks.push(chunk);
  }
  return sizeBytes > maxBytes ? undefined : Buffer.concat(chunks).toString();
}

function send(outgoing: ServerResponse, { method }: IncomingMessage, { status, headers, body }: ApiResponse): void {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  outgoing.end(method === 'HEAD' ? undefined : body);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
