import { setTimeout as sleep } from 'node:timers/promises';
import { PlanningError } from '../model/errors.ts';
import { isRefused, isToBePlanned } from '../model/run.ts';
import type { ApiClient, RunView } from './api-client.ts';
import type { FollowOptions } from './follow-run.ts';

const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const GROWTH = 1.5;

/**
 * A run once its plan is compiled, which for most is from the beginning on.
 *
 * @throws PlanningError E5200 for an invalid plan, with all its problems in `details.problems`
 */
export async function whenPlanned(client: ApiClient, runId: string, { pause = sleep }: FollowOptions = {}): Promise<RunView> {
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * GROWTH)) {
    const run = await client.getRun(runId);
    if (run === undefined) throw new Error(`run ${runId} was accepted and is not there`);
    if (isRefused(run)) throw new PlanningError('E5200', run.error?.message ?? 'the plan is not valid', { problems: run.problems ?? [] });
    if (!isToBePlanned(run)) return run;
    await pause(pauseMs);
  }
}
