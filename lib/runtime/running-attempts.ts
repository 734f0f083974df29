import { type ExecutionRef, readRef } from '../model/execution-ref.ts';
import { RunStoppedError } from './errors.ts';
import type { Clock, Timer } from './ports/clock.ts';
import type { RunStore } from './ports/run-store.ts';
import type { RunState } from './ports/runs.ts';

/** An attempt is told within 5 seconds that its run is over. */
const LOOK_EVERY_MS = 4_000;

interface Watched {
  readonly attempts: Set<RunningAttempt>;
  timer: Timer | undefined;
  /** The run is being paused: who ends an attempt sees whether it was the last. */
  draining: boolean;
}

/** An attempt under way in this process. */
export class RunningAttempt {
  readonly #over: () => boolean;
  #stopped: RunStoppedError | undefined;
  #listen: ((why: RunStoppedError) => void) | undefined;

  constructor(over: () => boolean) {
    this.#over = over;
  }

  /** `listen` is called once the run wants nothing of the attempt any more; at once where that is so already. One listener only. */
  onStop(listen: (why: RunStoppedError) => void): void {
    this.#listen = listen;
    if (this.#stopped !== undefined) listen(this.#stopped);
  }

  stop(why: RunStoppedError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = why;
    this.#listen?.(why);
  }

  /** The attempt is over. @returns whether its run is being paused */
  end(): boolean {
    return this.#over();
  }
}

/**
 * The attempts that this process carries out. While there are any, it looks every few seconds whether their runs still want them:
 * short attempts cost nothing. Who stops a run in this same process says so at once.
 */
export class RunningAttempts {
  readonly #store: Pick<RunStore, 'readTasks'>;
  readonly #clock: Clock;
  readonly #watched = new Map<ExecutionRef, Watched>();

  constructor({ store, clock }: { readonly store: Pick<RunStore, 'readTasks'>; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  begin(ref: ExecutionRef): RunningAttempt {
    const watched = this.#watched.get(ref) ?? { attempts: new Set(), timer: undefined, draining: false };
    this.#watched.set(ref, watched);
    const attempt = new RunningAttempt(() => {
      watched.attempts.delete(attempt);
      if (watched.attempts.size === 0) this.#forget(ref, watched);
      return watched.draining;
    });
    watched.attempts.add(attempt);
    watched.timer ??= this.#lookLater(ref, watched);
    return attempt;
  }

  /** The run is stopped: attempts of this execution that are under way here are aborted. */
  abort(ref: ExecutionRef, why: string): void {
    const watched = this.#watched.get(ref);
    if (watched === undefined) return;
    for (const attempt of watched.attempts) attempt.stop(new RunStoppedError(why));
  }

  /** The run is being paused: attempts go on to their end. */
  drain(ref: ExecutionRef): void {
    const watched = this.#watched.get(ref);
    if (watched !== undefined) watched.draining = true;
  }

  #lookLater(ref: ExecutionRef, watched: Watched): Timer {
    return this.#clock.setTimer(LOOK_EVERY_MS, () => void this.#look(ref, watched));
  }

  async #look(ref: ExecutionRef, watched: Watched): Promise<void> {
    const { runId, execution } = readRef(ref);
    try {
      const { run } = await this.#store.readTasks(runId, [], []);
      this.#tell(ref, execution, run);
    } catch {
      // the next look may succeed; the attempt itself is held to its timeout
    }
    if (watched.attempts.size > 0) watched.timer = this.#lookLater(ref, watched);
  }

  #tell(ref: ExecutionRef, execution: number, run: RunState | undefined): void {
    if (run?.execution === execution && run.status === 'executing') return;
    if (run?.execution === execution && run.status === 'pausing') this.drain(ref);
    else this.abort(ref, `the run is ${run?.status ?? 'gone'}`);
  }

  #forget(ref: ExecutionRef, watched: Watched): void {
    watched.timer?.cancel();
    watched.timer = undefined;
    if (this.#watched.get(ref) === watched) this.#watched.delete(ref);
  }
}
