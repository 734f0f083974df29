import { setTimeout as sleep } from 'node:timers/promises';

/** How the store waits between tries of what DynamoDB left undone; the SDK's own retries come before. */
export interface Backoff {
  readonly maxTries: number;
  /** Waits before try `n` + 1, after `n` tries. */
  pause(n: number): Promise<void>;
}

const BASE_DELAY_MS = 25;
const MAX_DELAY_MS = 2_000;

/** Exponential with full jitter. */
export function delayMs(tries: number, random: number): number {
  return Math.floor(random * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** tries));
}

export const realBackoff: Backoff = {
  maxTries: 10,
  pause: (n) => sleep(delayMs(n, Math.random())),
};
