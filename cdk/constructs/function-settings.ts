import type { FunctionName } from '../../lambdas/function-names.ts';

export interface FunctionSettings {
  readonly memoryMb: number;
  readonly timeoutSec: number;
  /** Default: the account's unreserved concurrency. */
  readonly reservedConcurrency?: number;
}

/** What is not said, or undefined, stays as it is by default. */
export type FunctionOverrides = { readonly [Name in FunctionName]?: { readonly [Setting in keyof FunctionSettings]?: number | undefined } };

/** Lambda's longest. A task that takes longer reports by callback. */
const LONGEST_SEC = 15 * 60;
/** An HTTP API waits no longer. */
const API_SEC = 30;

/** Compiling 100,000 tasks takes 1.3 GB; more than this not every account may have. */
const PLANNER_MB = 3008;

/** Memory buys processor time: the compiling functions get more of it. */
const DEFAULTS: Record<FunctionName, FunctionSettings> = {
  'run-task': { memoryMb: 512, timeoutSec: LONGEST_SEC },
  'admit-task': { memoryMb: 512, timeoutSec: 30 },
  // where a foreach has ended meanwhile all of its items are cancelled, in the largest some 100,000 tasks
  'list-items': { memoryMb: 512, timeoutSec: LONGEST_SEC },
  // what goes through all tasks of a run takes minutes in the largest
  'settle-task': { memoryMb: 512, timeoutSec: LONGEST_SEC },
  'finish-run': { memoryMb: 512, timeoutSec: LONGEST_SEC },
  planner: { memoryMb: PLANNER_MB, timeoutSec: LONGEST_SEC },
  reconcile: { memoryMb: 512, timeoutSec: LONGEST_SEC },
  'publish-events': { memoryMb: 512, timeoutSec: 60 },
  api: { memoryMb: 1024, timeoutSec: API_SEC },
  housekeeping: { memoryMb: 512, timeoutSec: LONGEST_SEC },
};

export function functionSettings(name: FunctionName, overrides: FunctionOverrides = {}): FunctionSettings {
  const { memoryMb, timeoutSec } = DEFAULTS[name];
  const override = overrides[name] ?? {};
  return {
    memoryMb: override.memoryMb ?? memoryMb,
    timeoutSec: override.timeoutSec ?? timeoutSec,
    ...(override.reservedConcurrency !== undefined && { reservedConcurrency: override.reservedConcurrency }),
  };
}
