import type { Timer } from '../../runtime/ports/clock.ts';
import { STATES_ERROR, StateFailure } from './state-failure.ts';
import type { Cancellable, Thread } from './thread.ts';

/** Why nobody waits for the answer any more; undefined where it has come. */
export type Abandonment = Error | undefined;

/**
 * One attempt of a Task: from its start to the first of an answer, a failure, a time-out, or the end of its thread. What comes later is ignored.
 * If the thread ends, `outcome` stays open for ever and is forgotten.
 */
export class TaskAttempt implements Cancellable {
  /** The result, or a StateFailure. */
  readonly outcome: Promise<unknown>;
  readonly #thread: Thread;
  readonly #resolve: (result: unknown) => void;
  readonly #reject: (failure: StateFailure) => void;
  #onOver: ((abandoned: Abandonment) => void)[] | undefined;
  #timeout: Timer | undefined;
  #heartbeat: Timer | undefined;
  #heartbeatSec = 0;
  #isOver = false;

  constructor(thread: Thread) {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.outcome = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#thread = thread;
    thread.waitsFor = this;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  limitTime(timeoutSec: number | undefined, heartbeatSec: number | undefined): void {
    if (timeoutSec !== undefined) {
      this.#timeout = this.#after(timeoutSec, () => this.#abandon(new StateFailure(STATES_ERROR.timeout)));
    }
    if (heartbeatSec !== undefined) {
      this.#heartbeatSec = heartbeatSec;
      this.beat();
    }
  }

  /** A sign of life. */
  beat(): void {
    if (this.#heartbeatSec === 0) return;
    this.#heartbeat?.cancel();
    this.#heartbeat = this.#after(this.#heartbeatSec, () => this.#abandon(new StateFailure(STATES_ERROR.timeout, undefined, true)));
  }

  whenOver(callback: (abandoned: Abandonment) => void): void {
    this.#onOver ??= [];
    this.#onOver.push(callback);
  }

  succeed(result: unknown): void {
    if (this.#isOver) return;
    this.#end(undefined);
    this.#resolve(result);
  }

  fail(failure: StateFailure): void {
    if (this.#isOver) return;
    this.#end(undefined);
    this.#reject(failure);
  }

  /** The thread ends. */
  cancel(): void {
    if (!this.#isOver) this.#end(new Error('The execution, or the part of it that the task belongs to, has ended'));
  }

  #abandon(failure: StateFailure): void {
    if (this.#isOver) return;
    this.#end(new Error('The task timed out'));
    this.#reject(failure);
  }

  #end(abandoned: Abandonment): void {
    this.#isOver = true;
    this.#thread.waitsFor = undefined;
    this.#timeout?.cancel();
    this.#heartbeat?.cancel();
    if (this.#onOver !== undefined) for (const callback of this.#onOver) callback(abandoned);
  }

  #after(delaySec: number, fire: () => void): Timer {
    return this.#thread.execution.engine.clock.setTimer(delaySec * 1000, fire);
  }
}
