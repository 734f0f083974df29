import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { MAX_TASKS } from '../../model/plan.ts';
import { ApiProblem } from '../problem.ts';
import { route } from '../route.ts';
import { acceptedRun, planRequest, report } from '../schemas.ts';

/** What a client makes up: printable ASCII, so that it comes through any proxy as it is. */
const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, { error: 'expected 1 to 255 printable ASCII characters' });

const RUN_ID = { run_id: '$response.body#/run_id' };

export const submitPlan = route({
  method: 'POST',
  template: '/plans',
  operationId: 'submitPlan',
  summary: 'Accepts a plan and starts it. Once accepted, it is not lost.',
  query: {
    dry_run: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
    max_parallel_tasks: z.coerce.number().int().min(1).max(MAX_TASKS).optional(),
  },
  headers: { 'idempotency-key': idempotencyKey.optional() },
  body: z.unknown(),
  documentedBody: planRequest,
  answers: {
    202: {
      description: 'Accepted. `queued` where Step Functions is too busy to start it at once.',
      schema: acceptedRun,
      links: { getRun: RUN_ID, listTasks: RUN_ID, listEvents: RUN_ID },
    },
    200: { description: 'With `dry_run=true`: what the plan comes to. Nothing is written.', schema: report },
  },
  refusals: [413, 415],
  async handle({ planner }, { query, headers, body }) {
    const request = { ...readPlanRequest(body), maxParallelTasks: query.max_parallel_tasks };
    if (query.dry_run) return { status: 200, body: await planner.dryRun(request) };
    const accepted = await planner.submit({ ...request, idempotencyKey: headers['idempotency-key'] });
    return { status: 202, headers: { location: `/runs/${encodeURIComponent(accepted.run_id)}` }, body: accepted };
  },
});

/** A plan has tasks; what has a plan instead is a plan with its context. */
function readPlanRequest(body: unknown): { plan: unknown; context?: JsonObject } {
  if (!isJsonObject(body) || Object.hasOwn(body, 'tasks') || !Object.hasOwn(body, 'plan')) return { plan: body };
  const { plan, context = {}, ...rest } = body;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) throw new ApiProblem(400, `beside plan and context there must be nothing, not ${unknown.join(', ')}`);
  if (!isJsonObject(context)) throw new ApiProblem(400, 'the context must be a JSON object');
  return { plan, context };
}
