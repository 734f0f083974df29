import type { ExpressionCompiler } from './expression.ts';
import { STATES_ERROR, StateFailure } from './state-failure.ts';
import type { StateVisit } from './state-visit.ts';
import { compileTemplate, type Template } from './template.ts';

/** The fields Output and Assign, of a state, a catcher or a choice rule. */
export interface PreparedResults {
  readonly output: Template | undefined;
  readonly assign: readonly { readonly name: string; readonly template: Template }[];
}

export function prepareResults(
  { Output, Assign }: { readonly Output?: unknown; readonly Assign?: Readonly<Record<string, unknown>> },
  field: string,
  expressions: ExpressionCompiler,
): PreparedResults {
  return {
    output: Output === undefined ? undefined : compileTemplate(Output, `${field}Output`, expressions),
    assign: Object.entries(Assign ?? {}).map(([name, value]) => ({
      name,
      template: compileTemplate(value, `${field}Assign/${name}`, expressions),
    })),
  };
}

/** Sets the visit's output and the variables. All are evaluated on the variables as they were when the state began. */
export async function applyResults(visit: StateVisit, results: PreparedResults, defaultOutput: unknown): Promise<void> {
  let output = defaultOutput;
  if (results.output !== undefined) {
    const value = results.output.evaluate(visit);
    output = value instanceof Promise ? await value : value;
    visit.checkSize(output, 'an output');
  }
  if (results.assign.length > 0) await assign(visit, results.assign);
  visit.output = output;
}

async function assign(visit: StateVisit, assignments: PreparedResults['assign']): Promise<void> {
  const values: unknown[] = [];
  for (const { name, template } of assignments) {
    const value = await template.evaluate(visit);
    visit.checkSize(value, `a value for the variable '${name}'`);
    values.push(value);
  }
  const { variables, execution } = visit.thread;
  assignments.forEach(({ name }, index) => {
    execution.variablesBytes += variables.set(name, values[index]);
  });
  if (execution.variablesBytes > execution.engine.limits.variablesBytes) {
    throw new StateFailure(
      STATES_ERROR.dataLimitExceeded,
      'The variables of the execution exceed the maximum number of bytes service limit.',
    );
  }
}
