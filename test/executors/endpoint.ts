import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface EndpointAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** A real endpoint on 127.0.0.1. It answers `{}` until it is told what else. */
export class Endpoint {
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Server;
  readonly #port: number;
  #handle: Handle = (_, response) => response.end('{}');

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  static async open(): Promise<Endpoint> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const endpoint = new Endpoint(server);
    server.on('request', (request, response) => void endpoint.#receive(request, response));
    return endpoint;
  }

  url(path: string): URL {
    return new URL(path, `http://127.0.0.1:${this.#port}`);
  }

  /** Gives these answers, one a request, the last one again and again. */
  answers(...answers: readonly EndpointAnswer[]): void {
    const rest = [...answers];
    this.#handle = (_, response) => {
      const { status = 200, headers = {}, body } = rest.length > 1 ? rest.shift()! : rest[0]!;
      response.writeHead(status, headers).end(body);
    };
  }

  handles(handle: Handle): void {
    this.#handle = handle;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    this.requests.push({ method, url, headers, body: await text(request) });
    this.#handle(request, response);
  }
}
