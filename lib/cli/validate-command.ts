import { parseJson } from '../model/parse-json.ts';
import { type ParseResult, parsePlan } from '../model/parse-plan.ts';
import { EXIT } from './exit-codes.ts';
import { problemLines } from './format.ts';
import { readInput } from './read-input.ts';
import { sharedIn } from './shared-in.ts';

/** `validate PLAN` */
export async function validateCommand(path: string, options: { dataDir: string; json?: boolean }): Promise<number> {
  const json = parseJson(readInput(path));
  const parsed = json.ok ? await check(json.value, options.dataDir) : json;
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

async function check(plan: unknown, dataDir: string): Promise<ParseResult> {
  const { sharedPools, pinned } = await sharedIn(dataDir, plan);
  return parsePlan(plan, { makeId: () => crypto.randomUUID(), sharedPools, namedPlans: pinned.named });
}
