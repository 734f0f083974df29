import { createHash } from 'node:crypto';
import type { State, StateMachine, StateScope } from './asl.ts';
import { type MachineRole, machineName } from './machine-names.ts';

/** A state machine to be created: its name is the hash of its definition, so equal plans share one. */
export interface Machine {
  readonly name: string;
  /** ASL as JSON. */
  readonly definition: string;
  readonly states: number;
}

export function nameByContent(machine: StateMachine, role: MachineRole = 'run'): Machine {
  const definition = JSON.stringify(machine);
  return {
    name: machineName(role, createHash('sha256').update(definition).digest('hex').slice(0, 32)),
    definition,
    states: countStates(machine),
  };
}

function countStates(scope: StateScope): number {
  return Object.values(scope.States).reduce(
    (sum, state) => sum + 1 + innerScopes(state).reduce((inner, each) => inner + countStates(each), 0),
    0,
  );
}

function innerScopes(state: State): StateScope[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}
