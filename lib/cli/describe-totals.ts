import type { RunTotals } from '../runtime/ports/runs.ts';

/** How many tasks of a run ended how, for people: `4 tasks completed, 3 failed (tolerated), 1 blocked`. */
export function describeTotals({ completed, blocked, cancelled, skipped, ...failures }: Counts): string {
  const others = Object.entries({ blocked, cancelled, skipped }).flatMap(([status, count]) => (count > 0 ? [`${count} ${status}`] : []));
  return [`${completed} tasks completed`, describeFailed(failures), ...others].join(', ');
}

export function describeFailed({ failed, tolerated = 0 }: Pick<RunTotals, 'failed' | 'tolerated'>): string {
  if (tolerated === 0) return `${failed} failed`;
  return `${failed} failed (${tolerated === failed ? '' : `${tolerated} `}tolerated)`;
}

type Counts = Pick<RunTotals, 'completed' | 'failed' | 'tolerated' | 'blocked' | 'cancelled' | 'skipped'>;
