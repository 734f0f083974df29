import { isJsonObject, type JsonObject, NotJsonError, toPlainJson } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import { countTasks } from '../model/place-tasks.ts';
import type { PlanSize } from '../model/plan-sizes.ts';
import { invalidPlan } from './prepare-plan.ts';

/** What is submitted: a plan, and what its `{{context.…}}` bindings read. */
export interface Submission {
  readonly plan: unknown;
  readonly context: JsonObject;
}

/** A plan has tasks; what has a plan instead is a plan with its context. @throws PlanningError E5200 */
export function readSubmission(value: unknown): Submission {
  if (!isJsonObject(value) || Object.hasOwn(value, 'tasks') || !Object.hasOwn(value, 'plan')) return { plan: value, context: {} };
  const { plan, context = {}, ...rest } = value;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) throw refusal(`beside plan and context there must be nothing, not ${unknown.join(', ')}`);
  if (!isJsonObject(context)) throw refusal('the context must be a JSON object');
  return { plan, context };
}

/** The same of its JSON text. @throws PlanningError E5200 */
export function parseSubmission(bytes: Uint8Array): Submission {
  const parsed = parseJson(Buffer.from(bytes).toString());
  if (!parsed.ok) throw invalidPlan(parsed.problems);
  try {
    return readSubmission(toPlainJson(parsed.value));
  } catch (error) {
    if (error instanceof NotJsonError) throw refusal(`the plan ${error.message}`);
    throw error;
  }
}

/** Tasks are counted before anything is known of them. */
export function sizeOf({ plan }: Submission, bytes: number): PlanSize {
  const tasks = isJsonObject(plan) && Array.isArray(plan.tasks) ? countTasks(plan.tasks) : 0;
  return { bytes, tasks };
}

function refusal(message: string): Error {
  return invalidPlan([{ code: 'E5600', path: '$', message, task_ids: [] }]);
}
