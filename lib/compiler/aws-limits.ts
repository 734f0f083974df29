/** Quotas of Step Functions that shape a definition. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export { INLINE_MAP_CONCURRENCY } from '../model/map-concurrency.ts';
export const STATE_NAME_LENGTH = 80;
export const DEFINITION_BYTES = 1024 * 1024;
export const HISTORY_EVENTS = 25_000;
export const MAX_RETRY_INTERVAL_SEC = 31_622_400;
export const MAX_TIMEOUT_SEC = 99_999_999;
