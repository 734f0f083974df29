import type { PassDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import type { PreparedState } from './prepared.ts';
import { applyResults, prepareResults } from './results.ts';

export function preparePass(name: string, definition: PassDefinition, expressions: ExpressionCompiler): PreparedState {
  const results = prepareResults(definition, '', expressions);
  return {
    name,
    type: 'Pass',
    async run(visit) {
      await applyResults(visit, results, visit.input);
      return definition.Next;
    },
  };
}
