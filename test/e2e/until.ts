import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/** Asks until the answer is the one awaited. @throws when it is not in time, with the last answer */
export async function until<T>(ask: () => Promise<T>, awaited: (answer: T) => boolean, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (awaited(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not in ${timeoutMs} ms; the last answer was ${JSON.stringify(answer)}`);
    await sleep(POLL_MS);
  }
}
