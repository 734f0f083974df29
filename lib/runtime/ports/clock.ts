/** A timer that was set and can be taken back. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** The only source of time. Everything that waits goes through it, so that a virtual clock can stand in for the real one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `fire` once, after `delayMs` milliseconds (0 or more). */
  setTimer(delayMs: number, fire: () => void): Timer;
}
