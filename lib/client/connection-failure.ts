import { UnreachableError } from './errors.ts';

/** Codes of failures that say nothing about the address: it was, or may be, reached. */
const PASSING: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

export interface ConnectionFailure {
  readonly passing: boolean;
  readonly error: UnreachableError;
}

/** What it means that `fetch` threw, or an answer broke off. */
export function describeConnectionFailure(error: unknown, url: URL): ConnectionFailure {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const cause = rootCause(error);
  const reason = timedOut ? 'no answer in time' : (cause.code ?? cause.message);
  return {
    passing: timedOut || PASSING.has(cause.code ?? ''),
    error: new UnreachableError(`cannot reach ${url.origin}: ${reason}`, { cause: error }),
  };
}

/** `fetch` wraps what happened; several addresses of a host fail together. */
function rootCause(error: unknown): { code?: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return rootCause(error.cause);
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? { code, message: error.message } : { message: error.message };
}
