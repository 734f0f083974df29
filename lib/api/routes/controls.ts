import { z } from 'zod';
import type { ControlledRun, ReopenOptions } from '../../run-control/run-controls.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { type Answer, route } from '../route.ts';
import { controlledRun, documentedRetryRequest, retryRequest } from '../schemas.ts';
import { checkChangedPlan } from '../submit.ts';

/*
 * What each comes to in each state of a run: docs/run-control.md.
 */

const path = { run_id: z.string() };
/** A request that is sent again, as its answer was lost, is answered as the first one was, not refused. */
const headers = { 'idempotency-key': idempotencyKey.optional() };
const REFUSED_AS_IT_STANDS = [409] as const;

const RUN_ID = { run_id: '$response.body#/run_id' };
const links = { getRun: RUN_ID, listEvents: RUN_ID };

export const cancelRun = route({
  method: 'POST',
  template: '/runs/{run_id}/cancel',
  operationId: 'cancelRun',
  summary:
    'Ends a run: nothing more starts, what runs is aborted, what has not ended is cancelled. Harmless where it is cancelled already.',
  path,
  answers: { 202: { description: 'The run is `cancelled`, or will be.', schema: controlledRun, links } },
  refusals: REFUSED_AS_IT_STANDS,
  handle: async ({ controls }, request) => accepted(await controls.cancel(request.path.run_id)),
});

export const pauseRun = route({
  method: 'POST',
  template: '/runs/{run_id}/pause',
  operationId: 'pauseRun',
  summary: 'Lets no more tasks of a run start. It is `pausing` until those that run have ended, then `paused`.',
  path,
  answers: { 202: { description: 'The run is `paused`, or will be.', schema: controlledRun, links } },
  refusals: REFUSED_AS_IT_STANDS,
  handle: async ({ controls }, request) => accepted(await controls.pause(request.path.run_id)),
});

export const resumeRun = route({
  method: 'POST',
  template: '/runs/{run_id}/resume',
  operationId: 'resumeRun',
  summary: 'Lets a run go on where it stood, that was paused or whose execution was stopped.',
  path,
  headers,
  answers: { 202: { description: 'It goes on in its next execution.', schema: controlledRun, links } },
  refusals: REFUSED_AS_IT_STANDS,
  handle: async ({ controls }, request) => accepted(await controls.resume(request.path.run_id, keyOf(request.headers))),
});

export const retryRun = route({
  method: 'POST',
  template: '/runs/{run_id}/retry',
  operationId: 'retryRun',
  summary:
    'Runs the tasks of a run again that have not completed; with a changed plan also those that it has changed, and all behind them.',
  path,
  headers,
  query: { dry_run: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional() },
  body: retryRequest,
  bodyIsOptional: true,
  documentedBody: documentedRetryRequest,
  answers: {
    202: { description: 'It goes on in its next execution.', schema: controlledRun, links },
    200: {
      description: 'With `dry_run=true`: the run as it stands, and what the plan would come to; nothing is written.',
      schema: controlledRun,
    },
  },
  refusals: [...REFUSED_AS_IT_STANDS, 413, 415],
  async handle(api, { path: { run_id }, query, headers: given, body: { max_retries: maxRetries, plan } = {} }) {
    if (plan !== undefined) checkChangedPlan(api, plan);
    const options = { maxRetries, plan };
    if (query.dry_run) return { status: 200, body: await api.controls.previewRetry(run_id, options) };
    return accepted(await api.controls.retry(run_id, { ...options, ...keyOf(given) }));
  },
});

function keyOf(given: { readonly 'idempotency-key'?: string | undefined }): ReopenOptions {
  return { idempotencyKey: given['idempotency-key'] };
}

function accepted(run: ControlledRun): Answer {
  return { status: 202, headers: { location: `/runs/${encodeURIComponent(run.run_id)}` }, body: run };
}
