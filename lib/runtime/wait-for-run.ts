import { isFinalRun, type RunStatus } from '../model/run.ts';
import type { Clock } from './ports/clock.ts';
import type { RunStore } from './ports/run-store.ts';
import type { Run } from './ports/runs.ts';

/** Tells of changes of runs, as far as this process makes them. */
export interface RunChanges {
  /** `changed` resolves at the run's next change of status, and rejects when there will be none. */
  next(runId: string): { readonly changed: Promise<void>; cancel(): void };
}

export interface WaitPorts {
  readonly store: Pick<RunStore, 'getRun'>;
  readonly clock: Clock;
  readonly changes?: RunChanges | undefined;
  /** How often to look in the store, milliseconds; absent where `changes` tells of all. */
  readonly lookEveryMs?: number | undefined;
}

export interface WaitOptions {
  readonly until: (run: Run) => boolean;
  /** Milliseconds; absent: for ever. */
  readonly timeoutMs?: number | undefined;
}

/** Waits for a run to become so, at most for the time given. @returns the run as it is then; undefined where it is not there */
export async function waitForRun(ports: WaitPorts, runId: string, { until, timeoutMs }: WaitOptions): Promise<Run | undefined> {
  const { store, clock, changes, lookEveryMs } = ports;
  const endMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
  for (;;) {
    const change = changes?.next(runId);
    try {
      const run = await store.getRun(runId);
      const leftMs = endMs - clock.now();
      if (run === undefined || until(run) || leftMs <= 0) return run;
      await firstOf(change?.changed, clock, Math.min(leftMs, lookEveryMs ?? Number.POSITIVE_INFINITY));
    } finally {
      change?.cancel();
    }
  }
}

/** The run will not change by itself any more: it has ended, or is paused. */
export function isAtRest({ status }: { readonly status: RunStatus }): boolean {
  return isFinalRun(status) || status === 'paused';
}

async function firstOf(changed: Promise<void> | undefined, clock: Clock, ms: number): Promise<void> {
  if (ms === Number.POSITIVE_INFINITY) return changed;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.setTimer(ms, resolve);
  try {
    await (changed === undefined ? promise : Promise.race([changed, promise]));
  } finally {
    timer.cancel();
  }
}
