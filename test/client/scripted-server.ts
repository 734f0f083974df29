import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TakenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is text. */
  readonly body?: unknown;
}

/** `reset`: the connection breaks instead of an answer. */
export type Script = (request: TakenRequest, number: number) => ScriptedAnswer | 'reset';

/** A server on this machine that answers as it is told and remembers what it was asked. */
export async function startScriptedServer(script: Script) {
  const taken: TakenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      const request: TakenRequest = { method: incoming.method!, url: incoming.url!, headers: incoming.headers, body };
      taken.push(request);
      const answer = script(request, taken.length);
      if (answer === 'reset') {
        incoming.socket.resetAndDestroy();
        return;
      }
      outgoing.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      outgoing.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, taken, close, [Symbol.dispose]: close };
}

/** Answers one after the other, the last one for ever. */
export function inOrder(...answers: readonly ReturnType<Script>[]): Script {
  return (_, number) => answers[Math.min(number, answers.length) - 1]!;
}

/** A refusal as the API writes it. */
export function refusal(status: number, title: string, detail: string, more: object = {}): ScriptedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { type: 'about:blank', title, status, detail, ...more },
  };
}
