import { DEFINITION_BYTES, HISTORY_EVENTS } from './aws-limits.ts';
import type { Layout } from './layout.ts';
import { type CostOf, EXECUTION, FINISH, scopeCost } from './layout-cost.ts';

const BYTES = DEFINITION_BYTES - EXECUTION.bytes - FINISH.bytes;
const EVENTS = HISTORY_EVENTS - EXECUTION.events - FINISH.events - 100; // room for the retries of finish-run

/** The share of a machine's quotas that a part takes if it runs on its own, its tasks' retries counted at their worst. */
export function machineShare(costs: CostOf): (part: Layout) => number {
  return (part) => {
    const { bytes, events } = scopeCost(part, costs);
    return Math.max(bytes / BYTES, events / EVENTS);
  };
}
