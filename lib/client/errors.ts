import type { Problem } from '../model/problem.ts';

/** Why a deployment did not do what it was asked. Messages are one line and tell no secrets. */
export abstract class ClientError extends Error {
  abstract override readonly name: string;
}

export interface ApiAnswerProblem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly problems?: readonly Problem[] | undefined;
  /** The API itself says so, not what stands before it. Default false. */
  readonly fromApi?: boolean;
}

/** The API refused the request, or failed. */
export class ApiError extends ClientError {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** All that is wrong with the request. */
  readonly problems: readonly Problem[];
  readonly fromApi: boolean;

  constructor({ status, title, detail, problems = [], fromApi = false }: ApiAnswerProblem) {
    const parts = problems.map(({ path, message }) => `; ${path}: ${message}`).join('');
    super(`${status} ${title}${detail === '' || detail === title ? '' : `: ${detail}`}${parts}`);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.problems = problems;
    this.fromApi = fromApi;
  }
}

/** No answer came. */
export class UnreachableError extends ClientError {
  override readonly name = 'UnreachableError';
}

/** Not the address of an API. */
export class EndpointError extends ClientError {
  override readonly name = 'EndpointError';
}

/** Something that no request can carry, or should not to this address. */
export class RequestError extends ClientError {
  override readonly name = 'RequestError';
}

/** The stack cannot be looked up, or is no orchestrator's. */
export class StackError extends ClientError {
  override readonly name = 'StackError';
}

/** There is nothing to sign requests with. */
export class SigningError extends ClientError {
  override readonly name = 'SigningError';
}
