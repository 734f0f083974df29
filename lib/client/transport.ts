import type { JsonObject } from '../model/json.ts';
import type { UploadAddress } from '../runtime/ports/upload-store.ts';
import { ApiError, RequestError } from './errors.ts';
import { exchange } from './exchange.ts';
import { readAnswer } from './read-answer.ts';
import { type Attempt, type RepeatOptions, repeat } from './repeat.ts';
import { isPassing } from './repeat-policy.ts';
import { type ApiCall, type Authorize, type OutgoingRequest, writeRequest } from './request.ts';

/** Longer than an HTTP API takes to answer. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const TRY_TIMEOUT_MS = 40_000;
/** Enough for the largest plan at 1 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 10 * 60_000;

export interface TransportOptions extends RepeatOptions {
  readonly endpoint: URL;
  /** Default: nobody in particular asks. */
  readonly authorize?: Authorize | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** Sends requests that may be repeated, and repeats them while what is wrong may pass. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** @throws PlanningError, ApiError, UnreachableError, and what signing throws */
  async send(call: ApiCall): Promise<JsonObject> {
    const request = writeRequest(this.#options.endpoint, call);
    return repeat(() => this.#try(request), this.#options);
  }

  /** Puts text where the API says that it may be put. @throws ApiError, UnreachableError, RequestError */
  async put({ url: text, headers }: Pick<UploadAddress, 'url' | 'headers'>, body: string): Promise<void> {
    const url = new URL(text);
    if (this.#options.endpoint.protocol === 'https:' && url.protocol !== 'https:')
      throw new RequestError(`${url.origin} would get the plan in the clear`);
    await repeat(() => this.#tryPut(url, headers, body), this.#options);
  }

  async #tryPut(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<Attempt<true>> {
    const received = await exchange(url, { method: 'PUT', headers, body, timeoutMs: UPLOAD_TIMEOUT_MS }, this.#options.fetch);
    if ('error' in received) return received;
    const { ok, status, statusText, headers: answered } = received.response;
    if (ok) return { answer: true };
    const error = new ApiError({ status, title: statusText, detail: `${url.origin} did not take the plan` });
    return { error, passing: isPassing(status), retryAfter: answered.get('retry-after') };
  }

  /** Signs every try anew: signatures expire. */
  async #try(request: OutgoingRequest): Promise<Attempt<JsonObject>> {
    const { authorize = async () => ({}), fetch: send } = this.#options;
    const { method, url, body = null } = request;
    const headers = { ...request.headers, ...(await authorize(request)) };
    const received = await exchange(url, { method, headers, body, timeoutMs: TRY_TIMEOUT_MS }, send);
    if ('error' in received) return received;
    const { status, statusText, headers: answered } = received.response;
    try {
      return { answer: readAnswer(status, statusText, received.text) };
    } catch (error) {
      return { error, passing: isPassing(status), retryAfter: answered.get('retry-after') };
    }
  }
}
