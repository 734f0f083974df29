import type { ParallelDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import { forkJoin } from './fork-join.ts';
import type { PreparedScope, PreparedState } from './prepared.ts';
import { prepareRecovery, runWithRecovery } from './recovery.ts';
import { runScope } from './scope-run.ts';
import { asStateFailure } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';
import { compileTemplate, type Template } from './template.ts';

export function prepareParallel(
  name: string,
  definition: ParallelDefinition,
  branches: readonly PreparedScope[],
  expressions: ExpressionCompiler,
): PreparedState {
  const recovery = prepareRecovery(definition, expressions);
  const args = definition.Arguments === undefined ? undefined : compileTemplate(definition.Arguments, 'Arguments', expressions);
  const attempt = (visit: StateVisit): Promise<unknown> => attemptParallel(visit, branches, args);
  return { name, type: 'Parallel', run: (visit) => runWithRecovery(visit, recovery, attempt) };
}

async function attemptParallel(visit: StateVisit, branches: readonly PreparedScope[], args: Template | undefined): Promise<unknown> {
  const { thread } = visit;
  let input = visit.input;
  if (args !== undefined) {
    input = await args.evaluate(visit);
    visit.checkSize(input, 'arguments');
  }
  visit.record('ParallelStateStarted');
  try {
    const result = await forkJoin(thread, branches.length, branches.length, async (index) => {
      const branch = thread.fork();
      try {
        return await runScope(branches[index] as PreparedScope, branch, input);
      } finally {
        branch.close();
      }
    });
    visit.checkSize(result, 'a result');
    visit.record('ParallelStateSucceeded');
    return result;
  } catch (thrown) {
    const failure = asStateFailure(thrown);
    visit.record('ParallelStateFailed', { error: failure.error, cause: failure.causeText });
    throw failure;
  }
}
