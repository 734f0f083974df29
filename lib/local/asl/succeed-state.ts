import type { SucceedDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import type { PreparedState } from './prepared.ts';
import { applyResults, prepareResults } from './results.ts';

export function prepareSucceed(name: string, definition: SucceedDefinition, expressions: ExpressionCompiler): PreparedState {
  const results = prepareResults(definition, '', expressions);
  return {
    name,
    type: 'Succeed',
    async run(visit) {
      await applyResults(visit, results, visit.input);
      return undefined;
    },
  };
}
