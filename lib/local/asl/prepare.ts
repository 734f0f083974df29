import { prepareChoice } from './choice-state.ts';
import type { ScopeDefinition, StateDefinition, StateMachineDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import { prepareFail } from './fail-state.ts';
import { prepareMap } from './map-state.ts';
import { prepareParallel } from './parallel-state.ts';
import { preparePass } from './pass-state.ts';
import type { PreparedMachine, PreparedScope, PreparedState } from './prepared.ts';
import { prepareSucceed } from './succeed-state.ts';
import { prepareTask } from './task-state.ts';
import { prepareWait } from './wait-state.ts';

/** Compiles a validated definition, so that running it neither parses nor looks at the definition again. */
export function prepareMachine(
  name: string,
  arn: string,
  definition: StateMachineDefinition,
  expressions: ExpressionCompiler,
): PreparedMachine {
  return { name, arn, timeoutSec: definition.TimeoutSeconds, ...prepareScope(definition, expressions) };
}

function prepareScope({ StartAt, States }: ScopeDefinition, expressions: ExpressionCompiler): PreparedScope {
  const states = new Map<string, PreparedState>();
  for (const [name, definition] of Object.entries(States)) states.set(name, prepareState(name, definition, expressions));
  return { startAt: StartAt, states };
}

function prepareState(name: string, definition: StateDefinition, expressions: ExpressionCompiler): PreparedState {
  switch (definition.Type) {
    case 'Task':
      return prepareTask(name, definition, expressions);
    case 'Parallel': {
      const branches = definition.Branches.map((branch) => prepareScope(branch, expressions));
      return prepareParallel(name, definition, branches, expressions);
    }
    case 'Map':
      return prepareMap(name, definition, prepareScope(definition.ItemProcessor, expressions), expressions);
    case 'Pass':
      return preparePass(name, definition, expressions);
    case 'Wait':
      return prepareWait(name, definition, expressions);
    case 'Choice':
      return prepareChoice(name, definition, expressions);
    case 'Succeed':
      return prepareSucceed(name, definition, expressions);
    case 'Fail':
      return prepareFail(name, definition, expressions);
    default:
      return definition satisfies never;
  }
}
