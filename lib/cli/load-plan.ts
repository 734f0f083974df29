import { parseJson } from '../model/parse-json.ts';
import { invalidPlan } from '../planning/prepare-plan.ts';
import { readInput } from './read-input.ts';

/** The JSON of a plan's file. @throws UsageError when it cannot be read, PlanningError when it is not JSON */
export function loadPlan(path: string): unknown {
  const parsed = parseJson(readInput(path));
  if (!parsed.ok) throw invalidPlan(parsed.problems);
  return parsed.value;
}
