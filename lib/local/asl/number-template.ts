import type { ExpressionCompiler } from './expression.ts';
import type { StateVisit } from './state-visit.ts';
import { compileTemplate } from './template.ts';

/** A field that takes a whole number, or an expression that gives one. */
export interface NumberTemplate {
  /** @throws StateFailure where the expression gives anything else */
  evaluate(visit: StateVisit): number | Promise<number>;
}

interface NumberField {
  readonly field: string;
  readonly min: number;
  readonly max: number;
}

export function compileNumber(value: number | string, field: NumberField, expressions: ExpressionCompiler): NumberTemplate;
export function compileNumber(
  value: number | string | undefined,
  field: NumberField,
  expressions: ExpressionCompiler,
): NumberTemplate | undefined;
export function compileNumber(
  value: number | string | undefined,
  { field, min, max }: NumberField,
  expressions: ExpressionCompiler,
): NumberTemplate | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return { evaluate: () => value };
  const template = compileTemplate(value, field, expressions);
  const check = (visit: StateVisit, result: unknown): number => {
    if (typeof result === 'number' && Number.isInteger(result) && result >= min && result <= max) return result;
    throw visit.queryFailure(
      `The JSONata expression specified for the field '${field}' must give a whole number from ${min} to ${max}, but gave ${JSON.stringify(result)}.`,
    );
  };
  return {
    evaluate(visit) {
      const result = template.evaluate(visit);
      return result instanceof Promise ? result.then((settled) => check(visit, settled)) : check(visit, result);
    },
  };
}
