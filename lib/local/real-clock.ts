import type { Clock, Timer } from '../runtime/ports/clock.ts';

/** The longest delay that setTimeout takes; above it, it would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own time. */
export class RealClock implements Clock {
  now(): number {
    return Date.now();
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    return new RealTimer(delayMs, fire);
  }
}

class RealTimer implements Timer {
  readonly #fire: () => void;
  #leftMs: number;
  #handle: NodeJS.Timeout;

  constructor(delayMs: number, fire: () => void) {
    this.#fire = fire;
    this.#leftMs = Math.max(0, delayMs);
    this.#handle = this.#wait();
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #wait(): NodeJS.Timeout {
    const partMs = Math.min(this.#leftMs, LONGEST_TIMEOUT_MS);
    this.#leftMs -= partMs;
    return setTimeout(() => {
      if (this.#leftMs > 0) this.#handle = this.#wait();
      else this.#fire();
    }, partMs);
  }
}
