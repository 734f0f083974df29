import { z } from 'zod';
import { MAX_TASKS } from '../../model/plan.ts';
import type { AcceptedRun } from '../../planning/planner.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { readPlanRequest } from '../plan-request.ts';
import { type Answer, route } from '../route.ts';
import { acceptedRun, planRequest, report, uploadAddress } from '../schemas.ts';
import { checkDryRun, readUploaded, submitHere, submitUploaded } from '../submit.ts';
import { wholeNumber } from '../whole-number.ts';

const RUN_ID = { run_id: '$response.body#/run_id' };

export const submitPlan = route({
  method: 'POST',
  template: '/plans',
  operationId: 'submitPlan',
  summary: 'Accepts a plan and starts it, or says where a plan may be put that is too large for a request. Once accepted, it is not lost.',
  query: {
    dry_run: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
    max_parallel_tasks: wholeNumber(z.int().min(1).max(MAX_TASKS)).optional(),
  },
  headers: { 'idempotency-key': idempotencyKey.optional() },
  body: z.unknown(),
  documentedBody: planRequest,
  answers: {
    202: {
      description:
        'Accepted. `queued` where Step Functions is too busy to start it at once, and where the plan is so large that it is checked and ' +
        'compiled later: its run then has no tasks yet, and is `failed` with `problems` where the plan is not valid.',
      schema: acceptedRun,
      links: { getRun: RUN_ID, listTasks: RUN_ID, listEvents: RUN_ID },
    },
    200: {
      description: 'With `dry_run=true`: what the plan comes to; nothing is written. For `upload`: where to put the plan.',
      schema: z.union([report, uploadAddress]),
    },
  },
  refusals: [404, 409, 413, 415],
  async handle(api, { query, headers, body }) {
    const { planner, uploads } = api;
    const options = { maxParallelTasks: query.max_parallel_tasks, idempotencyKey: headers['idempotency-key'] };
    const request = readPlanRequest(body);
    if (request.kind === 'upload') {
      const upload_id = planner.makeId();
      return { status: 200, body: { upload_id, ...(await uploads.open(upload_id, request.sizeBytes)) } };
    }
    if (query.dry_run) {
      const submission = request.kind === 'submission' ? request.submission : await readUploaded(api, request.uploadId);
      checkDryRun(api, submission);
      return { status: 200, body: await planner.dryRun({ ...submission, ...options }) };
    }
    if (request.kind === 'submission') return accepted(await submitHere(api, request.submission, options));
    return accepted(await submitUploaded(api, request.uploadId, options));
  },
});

function accepted(run: AcceptedRun): Answer {
  return { status: 202, headers: { location: `/runs/${encodeURIComponent(run.run_id)}` }, body: run };
}
