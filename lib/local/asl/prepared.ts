import type { StateType } from './definition.ts';
import type { StateVisit } from './state-visit.ts';

/** A state with everything compiled that does not depend on the execution. */
export interface PreparedState {
  readonly name: string;
  readonly type: StateType;
  /**
   * Does what the state does and sets the visit's output.
   *
   * @returns the name of the next state; undefined at the end of the scope
   * @throws StateFailure
   */
  run(visit: StateVisit): Promise<string | undefined>;
}

export interface PreparedScope {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, PreparedState>;
}

export interface PreparedMachine extends PreparedScope {
  readonly name: string;
  readonly arn: string;
  readonly timeoutSec: number | undefined;
}
