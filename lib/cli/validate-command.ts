import { parseJson } from '../model/parse-json.ts';
import { parsePlan } from '../model/parse-plan.ts';
import { EXIT } from './exit-codes.ts';
import { problemLines } from './format.ts';
import { readInput } from './read-input.ts';

/** `validate PLAN` */
export function validateCommand(path: string, options: { json?: boolean }): number {
  const json = parseJson(readInput(path));
  const parsed = json.ok ? parsePlan(json.value, { makeId: () => crypto.randomUUID() }) : json;
  if (options.json) {
    const answer = parsed.ok ? { valid: true, problems: [], warnings: parsed.warnings } : { valid: false, problems: parsed.problems };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } else if (parsed.ok) {
    process.stdout.write(`valid: ${parsed.plan.tasks.length} tasks\n${parsed.warnings.map((warning) => `note: ${warning}\n`).join('')}`);
  } else {
    process.stdout.write(`${problemLines(parsed.problems)}\n`);
  }
  return parsed.ok ? EXIT.completed : EXIT.usage;
}
