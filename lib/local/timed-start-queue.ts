import type { Clock, Timer } from '../runtime/ports/clock.ts';
import type { StartQueue } from '../runtime/ports/start-queue.ts';
import { EngineThrottledError } from '../runtime/ports/workflow-engine.ts';

const RETRY_SEC = 1;

export interface TimedStartQueueOptions {
  readonly clock: Clock;
  /** Starts a run. @throws EngineThrottledError when it must be tried later */
  readonly start: (runId: string) => Promise<void>;
  /** Gets what kept a run from being started for good. */
  readonly onError: (runId: string, error: unknown) => void;
}

/** The start queue of one process: timers. What is in it when the process ends is found `queued` in the store by the next one. */
export class TimedStartQueue implements StartQueue {
  readonly #options: TimedStartQueueOptions;
  readonly #timers = new Set<Timer>();

  constructor(options: TimedStartQueueOptions) {
    this.#options = options;
  }

  async send(runId: string, delaySec: number): Promise<void> {
    const timer = this.#options.clock.setTimer(delaySec * 1000, () => {
      this.#timers.delete(timer);
      void this.#deliver(runId);
    });
    this.#timers.add(timer);
  }

  /** Delivers nothing more. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #deliver(runId: string): Promise<void> {
    try {
      await this.#options.start(runId);
    } catch (error) {
      if (error instanceof EngineThrottledError) await this.send(runId, RETRY_SEC);
      else this.#options.onError(runId, error);
    }
  }
}
