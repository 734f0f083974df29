import type { Thread } from './thread.ts';

/** Waits on the execution's clock. If the thread ends meanwhile, the promise stays open for ever and is forgotten. */
export function sleep(thread: Thread, durationSec: number): Promise<void> {
  return new Promise((resolve) => {
    thread.waitsFor = thread.execution.engine.clock.setTimer(durationSec * 1000, () => {
      thread.waitsFor = undefined;
      resolve();
    });
  });
}
