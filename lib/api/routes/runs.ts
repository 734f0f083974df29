import { z } from 'zod';
import { isRefused, RUN_STATUSES, type RunStatus } from '../../model/run.ts';
import type { Run } from '../../runtime/ports/runs.ts';
import { isAtRest, waitForRun } from '../../runtime/wait-for-run.ts';
import type { Api } from '../api.ts';
import { readCursor, runPlace, writeCursor } from '../cursor.ts';
import { noSuchRun } from '../problem.ts';
import { requireRun } from '../require-run.ts';
import { route } from '../route.ts';
import { eventPage, run, runPage } from '../schemas.ts';
import { wholeNumber } from '../whole-number.ts';

const runId = z.string();
/** An HTTP API answers within 30 seconds, or not at all. */
const LONGEST_WAIT_SEC = 20;
const LOOK_EVERY_MS = 1000;

export const listRuns = route({
  method: 'GET',
  template: '/runs',
  operationId: 'listRuns',
  summary: 'Lists runs, newest first.',
  query: { limit: wholeNumber(z.int().min(1).max(100)).default(20), cursor: z.string().optional() },
  answers: { 200: { description: 'A page of runs.', schema: runPage } },
  async handle({ runtime: { store } }, { query: { limit, cursor } }) {
    const after = cursor === undefined ? undefined : readCursor(runPlace, cursor);
    // one more, to see whether anything follows
    const found = await store.listRuns(limit + 1, after);
    const runs = found.slice(0, limit);
    const { created_at, run_id } = runs.at(-1) ?? { created_at: '', run_id: '' };
    return {
      status: 200,
      body: { runs: runs.map(viewOf), next_cursor: found.length > limit ? writeCursor({ created_at, run_id }) : null },
    };
  },
});

export const getRun = route({
  method: 'GET',
  template: '/runs/{run_id}',
  operationId: 'getRun',
  summary:
    'Shows a run; with `wait`, once its status has changed, or at once where nothing happens to it by itself: it has ended, or is paused.',
  path: { run_id: runId },
  query: {
    wait: wholeNumber(z.int().min(0).max(LONGEST_WAIT_SEC)).optional().describe('Seconds, at the most.'),
    status: z.enum(RUN_STATUSES).optional().describe('The status that the caller has seen. Default: the one that it has now.'),
  },
  answers: { 200: { description: 'The run.', schema: run } },
  async handle(api, { path, query: { wait = 0, status } }) {
    const { planner, runtime } = api;
    const now = await requireRun(runtime.store, path.run_id);
    const found = wait === 0 ? now : await changedRun(api, now, status, wait);
    const problems = isRefused(found) ? { problems: await planner.problemsOf(found.run_id) } : {};
    return { status: 200, body: { ...viewOf(found), ...problems } };
  },
});

export const listEvents = route({
  method: 'GET',
  template: '/runs/{run_id}/events',
  operationId: 'listEvents',
  summary: 'Lists every change of status of a run and its tasks, in order.',
  path: { run_id: runId },
  query: {
    after: wholeNumber(z.int().nonnegative()).default(0),
    limit: wholeNumber(z.int().min(1).max(1000)).default(100),
  },
  answers: { 200: { description: 'The events behind `after`.', schema: eventPage } },
  async handle({ runtime: { store } }, { path, query: { after, limit } }) {
    await requireRun(store, path.run_id);
    const events = await store.listEvents(path.run_id, after, limit);
    return { status: 200, body: { events, last_seq: events.at(-1)?.seq ?? after } };
  },
});

/** The run once it is in another status, or at rest; as it is when the time is up. @throws ApiProblem 404 where it is removed meanwhile */
async function changedRun({ runtime, waitPorts }: Api, now: Run, seen: RunStatus = now.status, waitSec: number): Promise<Run> {
  const { store, clock } = runtime;
  // a look costs a read of the run's own item: of a large context nobody reads more than once
  const ports = waitPorts ?? { store, clock, lookEveryMs: LOOK_EVERY_MS };
  const until = (run: Run): boolean => run.status !== seen || isAtRest(run);
  const found = await waitForRun(ports, now.run_id, { until, timeoutMs: waitSec * 1000 });
  if (found === undefined) throw noSuchRun();
  return found;
}

/** Without the context, which may be large. */
function viewOf({ context: _, ...rest }: Run): Omit<Run, 'context'> {
  return rest;
}
