import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, isFinalRun, type RunStatus, type TaskStatus } from '../model/run.ts';
import type { RunEvent } from '../runtime/ports/run-event.ts';
import { isAtRest } from '../runtime/wait-for-run.ts';
import type { ApiClient } from './api-client.ts';

const PAGE_EVENTS = 250;
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
const GROWTH = 1.5;
/** After so many empty pages the run itself is looked at. */
const QUIET_PAGES = 5;
/** How often events are asked for that are missing once the run has ended. */
const LATE_PAGES = 10;

export interface FollowOptions {
  readonly pause?: ((milliseconds: number) => Promise<unknown>) | undefined;
}

/**
 * The events of a run from its first on, as they come, until it has ended or is paused. A log on AWS is written a little later than the run, and
 * not quite in its order: the events of tasks may come behind the run's last one.
 */
export async function* followRun(client: ApiClient, runId: string, { pause = sleep }: FollowOptions = {}): AsyncGenerator<RunEvent> {
  const ended = new Set<string>();
  let expected: number | undefined;
  let runEnded = false;
  let isPaused = false;
  let after = 0;
  let pauseMs = SHORTEST_PAUSE_MS;
  for (let quiet = 0, late = 0; ; ) {
    const { events, last_seq } = await client.listEvents(runId, { after, limit: PAGE_EVENTS });
    after = last_seq;
    for (const event of events) {
      if (event.task_id === undefined) {
        runEnded ||= isFinalRun(statusOf(event) as RunStatus);
        isPaused = statusOf(event) === 'paused';
      } else if (isFinal(statusOf(event) as TaskStatus)) ended.add(event.task_id);
      yield event;
    }
    if (events.length === PAGE_EVENTS) continue;
    quiet = events.length === 0 ? quiet + 1 : 0;
    const rests = runEnded || isPaused;
    if (expected === undefined && (rests || quiet % QUIET_PAGES === QUIET_PAGES - 1)) expected = await countEnded(client, runId);
    if (expected !== undefined && ((rests && ended.size >= expected) || late++ === LATE_PAGES)) return;
    if (quiet === 0) pauseMs = SHORTEST_PAUSE_MS;
    await pause(pauseMs);
    pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS);
  }
}

/** How many tasks have a final status, as far as that is counted: not of a run that is paused. Undefined while the run goes on. */
async function countEnded(client: ApiClient, runId: string): Promise<number | undefined> {
  const { status, totals } = (await client.getRun(runId)) ?? {};
  if (status === undefined || !isAtRest({ status })) return undefined;
  if (totals === null || totals === undefined) return 0;
  return totals.completed + totals.failed + totals.blocked + totals.cancelled + totals.skipped;
}

function statusOf({ type }: RunEvent): string {
  return type.slice(type.indexOf('.') + 1);
}
