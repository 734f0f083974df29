import type { RunEvent } from '../runtime/ports/run-event.ts';
import type { RunChanges } from '../runtime/wait-for-run.ts';

interface Waiting {
  readonly wake: () => void;
  readonly fail: (error: Error) => void;
}

/** Who waits for a run of this process to change its status. */
export class RunWaiters implements RunChanges {
  readonly #waiting = new Map<string, Set<Waiting>>();
  #closed = false;

  /** An event was stored. */
  tell({ run_id, task_id }: RunEvent): void {
    if (task_id !== undefined) return;
    const waiting = this.#waiting.get(run_id);
    this.#waiting.delete(run_id);
    for (const { wake } of waiting ?? []) wake();
  }

  next(runId: string): { readonly changed: Promise<void>; cancel(): void } {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {}); // whoever waits is told
    const waiter = { wake: resolve, fail: reject };
    if (this.#closed) reject(closedError());
    const waiting = this.#waiting.get(runId) ?? new Set();
    this.#waiting.set(runId, waiting.add(waiter));
    return {
      changed: promise,
      cancel: () => {
        waiting.delete(waiter);
        if (waiting.size === 0 && this.#waiting.get(runId) === waiting) this.#waiting.delete(runId);
      },
    };
  }

  /** Nothing more will change here. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) for (const { fail } of waiting) fail(closedError());
    this.#waiting.clear();
  }
}

function closedError(): Error {
  return new Error('the engine was closed');
}
