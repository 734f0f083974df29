export const MAX_TRIES = 5;
const BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;
/** However long the API asks to wait. */
const MAX_RETRY_AFTER_MS = 30_000;

/** It may go better next time. */
export function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/** How long to wait after so many tries: exponential with full jitter, or as long as the answer asks for. */
export function retryDelayMs(tries: number, retryAfter: string | null, nowMs: number, random: number): number {
  const asked = retryAfter === null ? Number.NaN : readRetryAfter(retryAfter, nowMs);
  if (!Number.isNaN(asked)) return Math.min(Math.max(0, asked), MAX_RETRY_AFTER_MS);
  return Math.floor(random * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** tries));
}

/** Milliseconds; NaN for what cannot be read. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function readRetryAfter(text: string, nowMs: number): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
}
