import type { JsonObject } from './json.ts';

/** What tasks report to have used. Money is counted in whole nano-dollars: sums of fractions would drift. */
export interface Usage {
  readonly tokens: number;
  readonly nanoUsd: number;
}

const NANO = 1e9;

export function toNanoUsd(usd: number): number {
  return Math.min(Math.round(usd * NANO), Number.MAX_SAFE_INTEGER);
}

export function fromNanoUsd(nanoUsd: number): number {
  return nanoUsd / NANO;
}

/** What outputs say that their task used, by `tokens_used` and `cost_usd`; what is no amount counts as nothing. */
export function usageOf({ tokens_used, cost_usd }: JsonObject): Usage {
  return {
    tokens: isAmount(tokens_used) && Number.isSafeInteger(tokens_used) ? tokens_used : 0,
    nanoUsd: isAmount(cost_usd) ? toNanoUsd(cost_usd) : 0,
  };
}

export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
