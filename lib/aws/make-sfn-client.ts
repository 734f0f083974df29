import { SFNClient } from '@aws-sdk/client-sfn';

/** SendTask* may be throttled while many gates open at once; nobody waits for an answer but the task behind the gate. */
const MAX_ATTEMPTS = 8;

/** The client of functions that open gates. */
export function makeSfnClient(): SFNClient {
  return new SFNClient({ maxAttempts: MAX_ATTEMPTS });
}
