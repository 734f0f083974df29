import type { Clock } from '../../lib/runtime/ports/clock.ts';

/** Who makes a call: the better rank is served first, then the lower ordinal, then the gate before the task. */
export interface Caller {
  readonly rank: number;
  readonly ordinal: number;
  readonly kind: number;
}

interface Call {
  readonly caller: Caller;
  /** Never rejects. */
  readonly serve: () => Promise<void>;
}

/**
 * Lets everybody who works in one instant of a virtual clock make one call at a time: in each turn all calls are served, one after the other,
 * that had been made before it. So what a run counts does not depend on how many microtasks lie between two calls of this program, and a
 * prediction can say it.
 */
export class Turns {
  readonly #clock: Clock;
  #calls: Call[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what the call answers, once its turn has come */
  take<T>(caller: Caller, call: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#calls.length === 0) this.#clock.setTimer(0, () => void this.#serve());
      this.#calls.push({ caller, serve: () => call().then(resolve, reject) });
    });
  }

  async #serve(): Promise<void> {
    const calls = this.#calls.sort(({ caller: a }, { caller: b }) => a.rank - b.rank || a.ordinal - b.ordinal || a.kind - b.kind);
    this.#calls = [];
    for (const { serve } of calls) await serve();
  }
}
