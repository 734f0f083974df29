import type { z } from 'zod';
import type { ZodMiniType } from 'zod/mini';
import type { Api } from './api.ts';
import type { Refusal } from './problem.ts';

/** Names of parts of the path, of the query, or of headers, each with what it may be. All arrive as text. */
export type Parameters = Readonly<Record<string, z.ZodType | ZodMiniType>>;
type Values<P extends Parameters> = { readonly [K in keyof P]: z.output<P[K]> };

export interface RouteRequest<Path extends Parameters, Query extends Parameters, Headers extends Parameters, Body> {
  readonly path: Values<Path>;
  readonly query: Values<Query>;
  readonly headers: Values<Headers>;
  readonly body: Body;
}

export interface Answer {
  readonly status: 200 | 202;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** An answer that is no refusal. */
export interface Success {
  readonly description: string;
  readonly schema: z.ZodType;
  /** Operations that take something of the answer, by their id: their parameters as OpenAPI's runtime expressions. */
  readonly links?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One operation of the API: what it takes, what it answers, and what does it. The OpenAPI document is made of the same. */
export interface RouteOptions<Path extends Parameters, Query extends Parameters, Headers extends Parameters, Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/runs/{run_id}`; a last part `{task_id+}` takes the rest of the path, slashes included. */
  readonly template: string;
  readonly operationId: string;
  readonly summary: string;
  readonly path?: Path;
  readonly query?: Query;
  readonly headers?: Headers;
  /** JSON. */
  readonly body?: z.ZodType<Body>;
  /** The request may come without a body: it is undefined then. */
  readonly bodyIsOptional?: boolean;
  /** What stands for the body in the OpenAPI document, where the body is checked by its handler. */
  readonly documentedBody?: z.ZodType;
  readonly answers: Readonly<Partial<Record<Answer['status'], Success>>>;
  /** Besides those that any request may be refused with. */
  readonly refusals?: readonly Refusal[];
  readonly handle: (api: Api, request: RouteRequest<Path, Query, Headers, Body>) => Promise<Answer>;
}

export type Route = RouteOptions<Parameters, Parameters, Parameters, unknown>;

export function route<
  const Path extends Parameters = Record<never, never>,
  const Query extends Parameters = Record<never, never>,
  const Headers extends Parameters = Record<never, never>,
  Body = undefined,
>(options: RouteOptions<Path, Query, Headers, Body>): Route {
  return options as unknown as Route;
}
