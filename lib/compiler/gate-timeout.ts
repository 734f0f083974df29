import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';
import type { Layout } from './layout.ts';

const AN_HOUR = 3600;
const A_MONTH = 30 * 24 * AN_HOUR;

export interface GateLoad {
  readonly layout: Layout;
  readonly gates: number;
  /** Seconds that a run takes at the most: every task as long as its timeout, one place idle never. */
  readonly longestRunSec: number;
}

/**
 * Seconds after which a closed gate is entered anew, to heal what a crash between two calls left behind: an hour, or longer in
 * long runs where many gates wait. Each entry writes history, of which an execution has only 25,000 events; this keeps entries
 * at one a gate on average, which `partition` has room for.
 */
export function gateTimeoutSec({ layout, gates, longestRunSec }: GateLoad): number {
  if (gates === 0) return AN_HOUR;
  return Math.min(Math.max(AN_HOUR, Math.ceil((waitingAtOnce(layout) * longestRunSec) / gates)), A_MONTH);
}

/** The most gates that can be waiting: one in each branch and each iteration that has been entered. */
function waitingAtOnce(node: Layout): number {
  switch (node.kind) {
    case 'task':
      return 1;
    case 'series':
      return node.parts.reduce((most, part) => Math.max(most, waitingAtOnce(part)), 0);
    case 'parallel':
      return node.parts.reduce((sum, part) => sum + waitingAtOnce(part), 0);
    case 'map':
      return Math.min(node.items.length, INLINE_MAP_CONCURRENCY ** node.levels) * waitingAtOnce(node.body);
    case 'foreach':
      return INLINE_MAP_CONCURRENCY ** 2 * waitingAtOnce(node.body);
    case 'child':
      return waitingAtOnce(node.part);
  }
}
