import type { RunOrder } from './ports/runs.ts';

/** How long a run has been going when it last stopped. */
export interface TimeTaken {
  readonly timed_from?: string | null | undefined;
  readonly stopped_at?: string | null | undefined;
  readonly order: Pick<RunOrder, 'mode' | 'keeps_time'>;
}

/** From when the time of a run is measured that starts at `at`: what it stood still does not count, and who retries it gives it its time anew. */
export function timedFrom({ timed_from, stopped_at, order }: TimeTaken, at: string): string {
  const isAnew = order.mode === 'retry' && order.keeps_time !== true;
  if (isAnew || !timed_from || !stopped_at) return at;
  const takenMs = Math.max(0, Date.parse(stopped_at) - Date.parse(timed_from));
  return new Date(Date.parse(at) - takenMs).toISOString();
}
