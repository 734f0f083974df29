import { WITHHELD_FUNCTIONS } from '../model/condition-syntax.ts';
import { jsonata } from '../model/lazy-jsonata.ts';
import type { ConditionAnswer, ConditionInput } from './conditions.ts';

/** Nodes of an expression that may be open at once. */
const MAX_DEPTH = 1_000;
const MAX_MESSAGE_LENGTH = 500;

/** Evaluates a condition, with no limit but its depth. */
export async function jsonataCondition(text: string, input: ConditionInput): Promise<ConditionAnswer> {
  try {
    const condition = jsonata(text, { stack: MAX_DEPTH });
    for (const name of WITHHELD_FUNCTIONS) condition.assign(name, undefined);
    const value: unknown = await condition.evaluate(input, {});
    // JSONata itself says what counts as true
    return { holds: (await jsonata('$boolean($)').evaluate(value)) === true };
  } catch (error) {
    return { error: messageOf(error).slice(0, MAX_MESSAGE_LENGTH) };
  }
}

/** Where JSONata has what its messages repeat of the data. */
const VALUES = ['value', 'value2', 'exp'] as const;

/** What went wrong, without the values that it went wrong with: those are somebody's outputs, and an error is read by others. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  // it throws plain objects
  const { message, ...parts } = error as { readonly message?: unknown } & { readonly [Name in (typeof VALUES)[number]]?: unknown };
  const values = VALUES.flatMap((name) => JSON.stringify(parts[name]) ?? []);
  return values.reduce((text, value) => text.replaceAll(value, '…'), String(message ?? error));
}
