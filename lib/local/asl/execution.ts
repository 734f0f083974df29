import type { Timer } from '../../runtime/ports/clock.ts';
import type { Engine } from './engine.ts';
import type { HistoryDetails, HistoryEventType } from './history.ts';
import type { PreparedMachine } from './prepared.ts';
import { runScope } from './scope-run.ts';
import { asStateFailure, ENDED, STATES_ERROR } from './state-failure.ts';
import { Thread } from './thread.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  /** Absent while it runs. */
  readonly stopDate?: Date;
  /** Only where it SUCCEEDED. A JSON value, not its text. */
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Events written so far. */
  readonly historyEvents: number;
  /** State transitions as AWS bills them: each state entered and each retry. */
  readonly transitions: number;
}

interface Ending {
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const LAST_EVENT = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const satisfies Record<Exclude<ExecutionStatus, 'RUNNING'>, HistoryEventType>;

/** One run of a machine. */
export class Execution {
  readonly engine: Engine;
  readonly arn: string;
  readonly name: string;
  readonly machine: PreparedMachine;
  readonly input: unknown;
  readonly #startedAtMs: number;
  readonly #root: Thread;
  readonly #onFinish: (() => void)[] = [];
  #timeout: Timer | undefined;
  #status: ExecutionStatus = 'RUNNING';
  #ending: Ending = {};
  #stoppedAtMs = 0;
  historyEvents = 0;
  transitions = 0;
  variablesBytes = 0;
  /** `$states.context.Execution` and `$states.context.StateMachine`. */
  readonly contextExecution: object;
  readonly contextStateMachine: object;

  constructor(engine: Engine, machine: PreparedMachine, arn: string, name: string, input: unknown) {
    this.engine = engine;
    this.machine = machine;
    this.arn = arn;
    this.name = name;
    this.input = input;
    this.#startedAtMs = engine.clock.now();
    this.#root = new Thread(this);
    this.contextExecution = {
      Id: arn,
      Input: input,
      Name: name,
      RoleArn: 'arn:aws:iam::000000000000:role/local',
      StartTime: new Date(this.#startedAtMs).toISOString(),
      RedriveCount: 0,
    };
    this.contextStateMachine = { Id: machine.arn, Name: machine.name };
  }

  get isRunning(): boolean {
    return this.#status === 'RUNNING';
  }

  /** The first state begins only after the caller is through. */
  start(): void {
    const { timeoutSec } = this.machine;
    if (timeoutSec !== undefined) {
      this.#timeout = this.engine.clock.setTimer(timeoutSec * 1000, () => this.#finish('TIMED_OUT', { error: STATES_ERROR.timeout }));
    }
    this.record('ExecutionStarted', 0, undefined, { input: this.input });
    queueMicrotask(() => void this.#run());
  }

  stop(ending: { readonly error?: string | undefined; readonly cause?: string | undefined } = {}): void {
    this.#finish('ABORTED', ending);
  }

  /** Calls back once the execution is over. */
  whenFinished(callback: () => void): void {
    if (this.isRunning) this.#onFinish.push(callback);
    else callback();
  }

  /**
   * Writes an event, unless it would be the last that the history takes: then the execution fails instead.
   *
   * @returns the event's id; undefined where it was not written
   */
  record(type: HistoryEventType, previousId: number, index: number | undefined, details: HistoryDetails | undefined): number | undefined {
    const { historyEvents } = this.engine.limits;
    if (this.historyEvents + 1 >= historyEvents) {
      this.#finish('FAILED', {
        error: STATES_ERROR.runtime,
        cause: `The execution reached the maximum number of history events (${historyEvents}).`,
      });
      return undefined;
    }
    return this.#write(type, previousId, index, details);
  }

  describe(): ExecutionDescription {
    const { output, error, cause } = this.#ending;
    return {
      executionArn: this.arn,
      stateMachineArn: this.machine.arn,
      name: this.name,
      status: this.#status,
      startDate: new Date(this.#startedAtMs),
      ...(this.isRunning ? {} : { stopDate: new Date(this.#stoppedAtMs) }),
      ...(output === undefined ? {} : { output }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      historyEvents: this.historyEvents,
      transitions: this.transitions,
    };
  }

  async #run(): Promise<void> {
    try {
      if (this.isRunning) this.#finish('SUCCEEDED', { output: await runScope(this.machine, this.#root, this.input) });
    } catch (thrown) {
      if (thrown === ENDED) return;
      const { error, causeText } = asStateFailure(thrown);
      this.#finish('FAILED', { error, cause: causeText });
    }
  }

  #finish(status: Exclude<ExecutionStatus, 'RUNNING'>, ending: Ending): void {
    if (!this.isRunning) return;
    this.#status = status;
    this.#ending = ending;
    this.#stoppedAtMs = this.engine.clock.now();
    this.#timeout?.cancel();
    this.#root.end();
    this.#write(LAST_EVENT[status], this.#root.lastEventId, undefined, ending);
    for (const callback of this.#onFinish) callback();
  }

  #write(type: HistoryEventType, previousId: number, index: number | undefined, details: HistoryDetails | undefined): number {
    const id = ++this.historyEvents;
    const { onHistoryEvent, clock } = this.engine;
    onHistoryEvent?.({
      ...(index === undefined ? {} : { index }),
      ...details,
      executionArn: this.arn,
      id,
      previousId,
      type,
      timestampMs: clock.now(),
    });
    return id;
  }
}
