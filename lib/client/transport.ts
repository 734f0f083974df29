import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../model/json.ts';
import { describeConnectionFailure } from './connection-failure.ts';
import { readAnswer } from './read-answer.ts';
import { type ApiCall, type Authorize, type OutgoingRequest, writeRequest } from './request.ts';
import { isPassing, MAX_TRIES, retryDelayMs } from './retry.ts';

/** Longer than an HTTP API takes to answer. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const TRY_TIMEOUT_MS = 40_000;

export interface TransportOptions {
  readonly endpoint: URL;
  /** Default: nobody in particular asks. */
  readonly authorize?: Authorize | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly pause?: ((milliseconds: number) => Promise<unknown>) | undefined;
  readonly now?: (() => number) | undefined;
  readonly random?: (() => number) | undefined;
}

type Attempt = { readonly answer: JsonObject } | { readonly error: unknown; readonly passing: boolean; readonly retryAfter: string | null };

/** Sends requests that may be repeated, and repeats them while what is wrong may pass. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** @throws PlanningError, ApiError, UnreachableError, and what signing throws */
  async send(call: ApiCall): Promise<JsonObject> {
    const { endpoint, pause = sleep, now = Date.now, random = Math.random } = this.#options;
    const request = writeRequest(endpoint, call);
    for (let tries = 1; ; tries++) {
      const attempt = await this.#try(request);
      if ('answer' in attempt) return attempt.answer;
      if (!attempt.passing || tries === MAX_TRIES) throw attempt.error;
      await pause(retryDelayMs(tries, attempt.retryAfter, now(), random()));
    }
  }

  /** Signs every try anew: signatures expire. */
  async #try(request: OutgoingRequest): Promise<Attempt> {
    const { authorize = async () => ({}), fetch: send = fetch } = this.#options;
    const { method, url, body } = request;
    const headers = { ...request.headers, ...(await authorize(request)) };
    const exchange = async (): Promise<{ response: Response; text: string }> => {
      const signal = AbortSignal.timeout(TRY_TIMEOUT_MS);
      // a redirect would carry the token to somewhere else
      const response = await send(url, { method, headers, body: body ?? null, redirect: 'manual', signal });
      return { response, text: await response.text() };
    };
    let received: Awaited<ReturnType<typeof exchange>>;
    try {
      received = await exchange();
    } catch (error) {
      return { ...describeConnectionFailure(error, url), retryAfter: null };
    }
    const { status, statusText, headers: answered } = received.response;
    try {
      return { answer: readAnswer(status, statusText, received.text) };
    } catch (error) {
      return { error, passing: isPassing(status), retryAfter: answered.get('retry-after') };
    }
  }
}
