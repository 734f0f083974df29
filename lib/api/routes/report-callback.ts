import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import { type CallbackReport, completeCallback } from '../../runtime/complete-callback.ts';
import { ApiProblem } from '../problem.ts';
import { route } from '../route.ts';
import { callbackOutcome, callbackReport } from '../schemas.ts';

export const reportCallback = route({
  method: 'POST',
  template: '/callbacks/{callback_id}',
  operationId: 'reportCallback',
  summary: 'Completes or fails a task that an executor had accepted, or says that it is still being worked on.',
  path: { callback_id: z.string() },
  body: callbackReport,
  answers: { 200: { description: 'It counts, or had counted already.', schema: callbackOutcome } },
  refusals: [410, 413, 415],
  async handle({ runtime }, { path, body }) {
    const outcome = await completeCallback(runtime, path.callback_id, asReport(body));
    if (outcome === 'unknown') throw new ApiProblem(404, 'there is no such callback');
    if (outcome === 'expired') throw new ApiProblem(410, 'the attempt is over: it timed out, or was repeated');
    return { status: 200, body: { outcome } };
  },
});

/** Outputs come from JSON text. */
function asReport(body: z.output<typeof callbackReport>): CallbackReport {
  return body.status === 'succeeded' ? { status: 'succeeded', outputs: body.outputs as JsonObject } : body;
}
