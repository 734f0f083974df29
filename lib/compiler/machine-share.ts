import { DEFINITION_BYTES, HISTORY_EVENTS } from './aws-limits.ts';
import type { Layout } from './layout.ts';
import { type CostOf, EXECUTION, FINISH, scopeCost } from './layout-cost.ts';

/** What a machine may have. */
export interface MachineQuotas {
  readonly definitionBytes: number;
  readonly historyEvents: number;
}

export const AWS_QUOTAS: MachineQuotas = { definitionBytes: DEFINITION_BYTES, historyEvents: HISTORY_EVENTS };

/** History events that are left for the parts of a machine. */
export function eventsLeft({ historyEvents }: MachineQuotas): number {
  return historyEvents - EXECUTION.events - FINISH.events - 100; // room for the retries of finish-run
}

/** The share of a machine's quotas that a part takes if it runs on its own, its tasks' retries counted at their worst. */
export function machineShare(costs: CostOf, quotas: MachineQuotas = AWS_QUOTAS): (part: Layout) => number {
  const bytesLeft = quotas.definitionBytes - EXECUTION.bytes - FINISH.bytes;
  return (part) => {
    const { bytes, events } = scopeCost(part, costs);
    return Math.max(bytes / bytesLeft, events / eventsLeft(quotas));
  };
}
