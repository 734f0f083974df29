import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Clock } from '../runtime/ports/clock.ts';
import type { EndedRuns } from '../runtime/ports/ended-runs.ts';
import { pruneRuns } from '../runtime/prune-runs.ts';
import { deleteUnusedMachines } from './delete-unused-machines.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Of the 15 minutes that a function may take: the last run or machine may take some. */
const MACHINES_MS = 6 * 60 * 1000;
const ALL_MS = 13 * 60 * 1000;

export interface KeepHouseOptions {
  readonly client: SFNClient;
  readonly runs: EndedRuns;
  readonly clock: Clock;
  readonly random: () => number;
  /** That the deployment's machines run under. */
  readonly roleArn: string;
  /** How long machines are kept that nobody uses. */
  readonly machineRetentionDays: number;
  /** How long runs are kept after their end; undefined: for good. */
  readonly runRetentionDays: number | undefined;
}

/** Removes what nobody needs any more, as far as there is time: the rest is for the next time. */
export async function keepHouse(options: KeepHouseOptions): Promise<{ machines: number; runs: number }> {
  const { clock, machineRetentionDays, runRetentionDays, runs } = options;
  const begunMs = clock.now();
  const machines = await deleteUnusedMachines({
    ...options,
    sinceMs: begunMs - machineRetentionDays * DAY_MS,
    mayGoOn: () => clock.now() - begunMs < MACHINES_MS,
  });
  if (runRetentionDays === undefined) return { machines, runs: 0 };
  const before = new Date(begunMs - runRetentionDays * DAY_MS).toISOString();
  return { machines, runs: await pruneRuns(runs, before, () => clock.now() - begunMs < ALL_MS) };
}
