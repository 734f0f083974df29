import type { ChoiceDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import type { PreparedState } from './prepared.ts';
import { applyResults, prepareResults } from './results.ts';
import { STATES_ERROR, StateFailure } from './state-failure.ts';
import { compileTemplate } from './template.ts';

export function prepareChoice(name: string, definition: ChoiceDefinition, expressions: ExpressionCompiler): PreparedState {
  const rules = definition.Choices.map((rule, index) => ({
    condition: compileTemplate(rule.Condition, `Choices[${index}]/Condition`, expressions),
    results: prepareResults(rule, `Choices[${index}]/`, expressions),
    next: rule.Next,
  }));
  // Output and Assign of the state itself are those of its Default
  const defaultResults = prepareResults(definition, '', expressions);
  return {
    name,
    type: 'Choice',
    async run(visit) {
      for (const { condition, results, next } of rules) {
        const isMet = await condition.evaluate(visit);
        if (typeof isMet !== 'boolean') {
          throw visit.queryFailure(`A Condition must give true or false, but gave ${JSON.stringify(isMet)}.`);
        }
        if (isMet) {
          await applyResults(visit, results, visit.input);
          return next;
        }
      }
      if (definition.Default === undefined)
        throw new StateFailure(STATES_ERROR.noChoiceMatched, 'No choice matched, and there is no Default.');
      await applyResults(visit, defaultResults, visit.input);
      return definition.Default;
    },
  };
}
