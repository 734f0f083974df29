import { asStateFailure, ENDED } from './state-failure.ts';
import type { Thread } from './thread.ts';

/**
 * Runs `count` parts under the thread, at most `width` at once, each in a place that the part before it has left.
 * The first failure ends all others. If the thread itself ends, the promise stays open for ever and is forgotten.
 *
 * @returns the parts' outputs in order
 */
export function forkJoin(thread: Thread, count: number, width: number, runPart: (index: number) => Promise<unknown>): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const outputs = new Array<unknown>(count);
    let started = 0;
    let done = 0;
    let hasFailed = false;

    const fail = (thrown: unknown): void => {
      if (hasFailed || thrown === ENDED) return;
      hasFailed = true;
      try {
        thread.abortChildren();
      } catch (error) {
        // the thread has ended, or the history is full: nobody waits any more
        if (error === ENDED) return;
        throw error;
      }
      reject(asStateFailure(thrown));
    };

    const runLane = async (): Promise<void> => {
      while (started < count && !hasFailed) {
        const index = started++;
        outputs[index] = await runPart(index);
        if (++done === count) resolve(outputs);
      }
    };

    if (count === 0) resolve(outputs);
    for (let lane = 0; lane < Math.min(width, count); lane++) runLane().catch(fail);
  });
}
