import { z } from 'zod';
import { planName } from '../../model/plan-name.ts';
import { ApiProblem } from '../problem.ts';
import { route } from '../route.ts';
import { executionPlan, removedPlan, storedPlan, storedPlanEntry, storedPlanPage } from '../schemas.ts';
import { checkStoredPlan } from '../submit.ts';

const path = { name: planName };

export const putPlan = route({
  method: 'PUT',
  template: '/plans/{name}',
  operationId: 'putPlan',
  summary:
    'Keeps a plan by a name, for others to name in `plan_ref`; in place of the one that was there, which runs that were accepted before have still.',
  path,
  body: z.unknown(),
  documentedBody: executionPlan,
  answers: { 200: { description: 'It is kept.', schema: storedPlanEntry, links: { getPlan: { name: '$request.path.name' } } } },
  refusals: [413, 415],
  async handle(api, { path: { name }, body }) {
    checkStoredPlan(api, body);
    return { status: 200, body: await api.planner.store(name, body) };
  },
});

export const listPlans = route({
  method: 'GET',
  template: '/plans',
  operationId: 'listPlans',
  summary: 'Lists the plans that are kept, by their names.',
  query: { limit: z.coerce.number().int().min(1).max(100).default(100), after: planName.optional() },
  answers: { 200: { description: 'A page of plans; `next` is the `after` of the next page.', schema: storedPlanPage } },
  async handle({ runtime: { store } }, { query: { limit, after } }) {
    // one more, to see whether anything follows
    const found = await store.listStoredPlans(limit + 1, after);
    const plans = found.slice(0, limit);
    return { status: 200, body: { plans, next: found.length > limit ? plans.at(-1)!.name : null } };
  },
});

export const getPlan = route({
  method: 'GET',
  template: '/plans/{name}',
  operationId: 'getPlan',
  summary: 'Shows a plan that is kept, as it came.',
  path,
  answers: { 200: { description: 'The plan.', schema: storedPlan } },
  async handle({ runtime: { store } }, { path: { name } }) {
    const found = await store.getStoredPlan(name);
    if (found === undefined) throw new ApiProblem(404, 'there is no such plan', { code: 'E5302' });
    return { status: 200, body: found };
  },
});

export const deletePlan = route({
  method: 'DELETE',
  template: '/plans/{name}',
  operationId: 'deletePlan',
  summary: 'Keeps a plan no longer. Runs that were accepted before have it still; harmless where it is not there.',
  path,
  answers: { 200: { description: 'It is not kept any more; `removed` says whether it was.', schema: removedPlan } },
  async handle({ runtime: { store } }, { path: { name } }) {
    return { status: 200, body: { name, removed: await store.deleteStoredPlan(name) } };
  },
});
