import { PlanningError } from '../model/errors.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import { ApiError } from './errors.ts';

/**
 * The body of an answer that is no refusal.
 *
 * @throws PlanningError E5200 with all problems of a plan in `details.problems`; ApiError for every other refusal
 */
export function readAnswer(status: number, statusText: string, text: string): JsonObject {
  const body = parseObject(text);
  if (status >= 200 && status < 300) {
    if (body !== undefined) return body;
    throw new ApiError({ status, title: 'no JSON object in the answer', detail: 'is this a TaskOrchestrator?' });
  }
  const { title, detail, message, code, problems } = body ?? {};
  const found = Array.isArray(problems) ? (problems as unknown as Problem[]) : undefined;
  if (typeof title !== 'string' || typeof detail !== 'string') {
    throw new ApiError({ status, title: statusText, detail: explainGateway(status, typeof message === 'string' ? message : '') });
  }
  if (code === 'E5200' && found !== undefined) throw new PlanningError('E5200', detail, { problems: found });
  throw new ApiError({ status, title, detail, problems: found, fromApi: true });
}

/** What stands before the API has its own way of refusing. */
function explainGateway(status: number, message: string): string {
  if (status === 401) return 'the API does not take this token, or wants one';
  if (status === 403) return `${message}: the caller must be allowed to execute-api:Invoke`;
  return status >= 300 && status < 400 ? 'redirects are not followed' : message;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
