import { z } from 'zod';
import { isRefused } from '../../model/run.ts';
import type { Run } from '../../runtime/ports.ts';
import { readCursor, runPlace, writeCursor } from '../cursor.ts';
import { requireRun } from '../require-run.ts';
import { route } from '../route.ts';
import { eventPage, run, runPage } from '../schemas.ts';

const runId = z.string();

export const listRuns = route({
  method: 'GET',
  template: '/runs',
  operationId: 'listRuns',
  summary: 'Lists runs, newest first.',
  query: { limit: z.coerce.number().int().min(1).max(100).default(20), cursor: z.string().optional() },
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
  summary: 'Shows a run.',
  path: { run_id: runId },
  answers: { 200: { description: 'The run.', schema: run } },
  async handle({ runtime, planner }, { path }) {
    const found = await requireRun(runtime.store, path.run_id);
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
    after: z.coerce.number().int().nonnegative().default(0),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
  },
  answers: { 200: { description: 'The events behind `after`.', schema: eventPage } },
  async handle({ runtime: { store } }, { path, query: { after, limit } }) {
    await requireRun(store, path.run_id);
    const events = await store.listEvents(path.run_id, after, limit);
    return { status: 200, body: { events, last_seq: events.at(-1)?.seq ?? after } };
  },
});

/** Without the context, which may be large. */
function viewOf({ context: _, ...rest }: Run): Omit<Run, 'context'> {
  return rest;
}
