import { type ConnectionFailure, describeConnectionFailure } from './connection-failure.ts';

export interface ExchangeOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

export interface Received {
  readonly response: Response;
  readonly text: string;
}

/** One request and its whole answer, or why there was none. Redirects are not followed: one would carry tokens to somewhere else. */
export async function exchange(
  url: URL,
  { timeoutMs, ...request }: ExchangeOptions,
  send: typeof fetch = fetch,
): Promise<Received | (ConnectionFailure & { readonly retryAfter: null })> {
  try {
    const response = await send(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    return { response, text: await response.text() };
  } catch (error) {
    return { ...describeConnectionFailure(error, url), retryAfter: null };
  }
}
