import type { WaitDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import { MAX_WAIT_SEC } from './limits.ts';
import { compileNumber } from './number-template.ts';
import type { PreparedState } from './prepared.ts';
import { applyResults, prepareResults } from './results.ts';
import { sleep } from './sleep.ts';

export function prepareWait(name: string, definition: WaitDefinition, expressions: ExpressionCompiler): PreparedState {
  const seconds = compileNumber(definition.Seconds, { field: 'Seconds', min: 0, max: MAX_WAIT_SEC }, expressions);
  const results = prepareResults(definition, '', expressions);
  return {
    name,
    type: 'Wait',
    async run(visit) {
      await sleep(visit.thread, await seconds.evaluate(visit));
      await applyResults(visit, results, visit.input);
      return definition.Next;
    },
  };
}
