import { PlanningError } from './errors.ts';
import { isJsonObject, type JsonObject, NotJsonError, toPlainJson } from './json.ts';
import { writePath } from './problem.ts';

/** A copy of what callers give as a run's context. @throws PlanningError E5200 when it is not a JSON object */
export function readContext(context: unknown): JsonObject {
  try {
    const copy = toPlainJson(context);
    if (isJsonObject(copy)) return copy;
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw refused(error.message, writePath(error.path));
  }
  throw refused('is not a JSON object', '$');
}

function refused(what: string, path: string): PlanningError {
  const problem = { code: 'E5600', path, message: `the context ${what}`, task_ids: [] };
  return new PlanningError('E5200', `${path}: ${problem.message}`, { problems: [problem] });
}
