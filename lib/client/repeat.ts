import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_TRIES, retryDelayMs } from './repeat-policy.ts';

export interface RepeatOptions {
  readonly pause?: ((milliseconds: number) => Promise<unknown>) | undefined;
  readonly now?: (() => number) | undefined;
  readonly random?: (() => number) | undefined;
}

export type Attempt<T> =
  | { readonly answer: T }
  | { readonly error: unknown; readonly passing: boolean; readonly retryAfter: string | null };

/** Tries something again while what is wrong may pass. @throws the error of the last try */
export async function repeat<T>(attempt: () => Promise<Attempt<T>>, options: RepeatOptions): Promise<T> {
  const { pause = sleep, now = Date.now, random = Math.random } = options;
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if ('answer' in result) return result.answer;
    if (!result.passing || tries === MAX_TRIES) throw result.error;
    await pause(retryDelayMs(tries, result.retryAfter, now(), random()));
  }
}
