import type { StateType } from './definition.ts';
import type { EvaluationScope } from './expression.ts';
import type { HistoryDetails, HistoryEventType } from './history.ts';
import { isLarger } from './payload-size.ts';
import { STATES_ERROR, StateFailure } from './state-failure.ts';
import type { Thread } from './thread.ts';

/** One stay of a thread in a state, from its entry to its exit, with all attempts. It is what expressions see as `$states`. */
export class StateVisit implements EvaluationScope {
  readonly thread: Thread;
  readonly state: { readonly name: string; readonly type: StateType };
  readonly input: unknown;
  readonly enteredAtMs: number;
  readonly #enteredEventId: number;
  result: unknown;
  errorOutput: unknown;
  output: unknown;
  taskToken: string | undefined;
  retryCount = 0;

  constructor(thread: Thread, state: { readonly name: string; readonly type: StateType }, input: unknown) {
    this.thread = thread;
    this.state = state;
    this.input = input;
    this.enteredAtMs = thread.execution.engine.clock.now();
    this.#enteredEventId = thread.execution.historyEvents;
  }

  record(type: HistoryEventType, details?: HistoryDetails): void {
    this.thread.record(type, { state: this.state.name, ...details });
  }

  /** @throws the failure `States.DataLimitExceeded` if the value is larger than a payload may be */
  checkSize(value: unknown, what: string): void {
    if (isLarger(value, this.thread.execution.engine.limits.payloadBytes)) throw this.dataLimitExceeded(what);
  }

  dataLimitExceeded(what: string): StateFailure {
    return new StateFailure(
      STATES_ERROR.dataLimitExceeded,
      `The state/task '${this.state.name}' returned ${what} with a size exceeding the maximum number of bytes service limit.`,
    );
  }

  contextPart(name: string): unknown {
    switch (name) {
      case 'Execution':
        return this.thread.execution.contextExecution;
      case 'StateMachine':
        return this.thread.execution.contextStateMachine;
      case 'State':
        return { EnteredTime: new Date(this.enteredAtMs).toISOString(), Name: this.state.name, RetryCount: this.retryCount };
      case 'Task':
        return this.taskToken === undefined ? undefined : { Token: this.taskToken };
      case 'Map':
        return this.thread.mapContext;
      default:
        return undefined;
    }
  }

  variable(name: string): unknown {
    return this.thread.variables.get(name);
  }

  statesObject(): Record<string, unknown> {
    const context: Record<string, unknown> = {};
    for (const name of ['Execution', 'StateMachine', 'State', 'Task', 'Map']) {
      const part = this.contextPart(name);
      if (part !== undefined) context[name] = part;
    }
    return {
      input: this.input,
      ...(this.result === undefined ? {} : { result: this.result }),
      ...(this.errorOutput === undefined ? {} : { errorOutput: this.errorOutput }),
      context,
    };
  }

  allVariables(): Record<string, unknown> {
    return this.thread.variables.all();
  }

  queryFailure(reason: string): StateFailure {
    const cause = `An error occurred while executing the state '${this.state.name}' (entered at the event id #${this.#enteredEventId}). ${reason}`;
    this.record('EvaluationFailed', { error: STATES_ERROR.queryEvaluation, cause });
    return new StateFailure(STATES_ERROR.queryEvaluation, cause);
  }
}
