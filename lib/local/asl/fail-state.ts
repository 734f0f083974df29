import type { FailDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import type { PreparedState } from './prepared.ts';
import { StateFailure } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';
import { compileTemplate } from './template.ts';

export function prepareFail(name: string, { Error: error, Cause }: FailDefinition, expressions: ExpressionCompiler): PreparedState {
  const errorText = compileText(error, 'Error', expressions);
  const causeText = compileText(Cause, 'Cause', expressions);
  return {
    name,
    type: 'Fail',
    async run(visit) {
      throw new StateFailure(await errorText(visit), await causeText(visit));
    },
  };
}

function compileText(
  value: string | undefined,
  field: string,
  expressions: ExpressionCompiler,
): (visit: StateVisit) => Promise<string | undefined> {
  if (value === undefined) return () => Promise.resolve(undefined);
  const template = compileTemplate(value, field, expressions);
  return async (visit) => {
    const text = await template.evaluate(visit);
    if (typeof text === 'string') return text;
    throw visit.queryFailure(
      `The JSONata expression specified for the field '${field}' must give a string, but gave ${JSON.stringify(text)}.`,
    );
  };
}
