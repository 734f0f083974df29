import type { ErrorCode } from '../model/error-codes.ts';
import { PlanningError } from '../model/errors.ts';
import type { Problem } from '../model/problem.ts';
import type { RunStatus } from '../model/run.ts';
import { KeyTakenError } from '../planning/earlier-run.ts';
import { ControlRefusedError, RunUnknownError } from '../runtime/control-run.ts';
import type { ApiResponse } from './api.ts';

export const PROBLEM_JSON = 'application/problem+json';

/** The statuses that requests are refused with. https://www.rfc-editor.org/rfc/rfc9457 */
export const REFUSALS = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;
export type Refusal = keyof typeof REFUSALS;

export interface ApiProblemDetails {
  readonly code?: ErrorCode;
  readonly problems?: readonly Problem[];
  /** Of the run, where that is why. */
  readonly run_status?: RunStatus;
}

/** A request that is answered with a problem. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: Refusal;
  readonly details: ApiProblemDetails;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: Refusal, detail: string, details: ApiProblemDetails = {}, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.details = details;
    this.headers = headers;
  }
}

export function problemResponse({ status, message, details, headers }: ApiProblem): ApiResponse {
  return {
    status,
    headers: { 'content-type': PROBLEM_JSON, ...headers },
    body: JSON.stringify({ type: 'about:blank', title: REFUSALS[status], status, detail: message, ...details }),
  };
}

/** Also of a run that is not the caller's. */
export function noSuchRun(): ApiProblem {
  return new ApiProblem(404, 'there is no such run');
}

/** What a caller is told of an error; undefined for one that is not the caller's business. */
export function asApiProblem(error: unknown): ApiProblem | undefined {
  if (error instanceof ApiProblem) return error;
  if (error instanceof PlanningError && Array.isArray(error.details.problems)) {
    return new ApiProblem(400, error.message, { code: error.code, problems: error.details.problems as Problem[] });
  }
  if (error instanceof ControlRefusedError) {
    return new ApiProblem(409, error.message, { code: error.code, run_status: error.status });
  }
  if (error instanceof KeyTakenError) return new ApiProblem(409, error.message, { code: error.code });
  if (error instanceof RunUnknownError) return noSuchRun();
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'E5801') return new ApiProblem(503, 'the store is too busy', { code }, { 'retry-after': '1' });
  return undefined;
}
