import { randomUUID } from 'node:crypto';
import type { Clock } from '../../runtime/ports/clock.ts';
import { checkName, executionArn, stateMachineArn } from './arn.ts';
import type { Engine } from './engine.ts';
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidDefinition,
  InvalidExecutionInput,
  StateMachineAlreadyExists,
  StateMachineDoesNotExist,
} from './errors.ts';
import { Execution, type ExecutionDescription } from './execution.ts';
import { ExpressionCompiler } from './expression.ts';
import type { FunctionInvoker } from './function-call.ts';
import type { HistoryEvent } from './history.ts';
import { type AslLimits, AWS_LIMITS } from './limits.ts';
import { isLarger } from './payload-size.ts';
import { isSameJson, NotJson, toPlainJson } from './plain-json.ts';
import { prepareMachine } from './prepare.ts';
import type { PreparedMachine } from './prepared.ts';
import { TaskTokens } from './task-tokens.ts';
import { validate } from './validate.ts';

export type { ExecutionDescription, ExecutionStatus } from './execution.ts';
export type { FunctionCall, FunctionInvoker } from './function-call.ts';
export type { HistoryDetails, HistoryEvent, HistoryEventType } from './history.ts';
export { type AslLimits, AWS_LIMITS } from './limits.ts';

export interface LocalStepFunctionsOptions {
  readonly clock: Clock;
  /** Calls a function by the name in the definition. The `name` of what it throws is the error that Retry and Catch see. */
  readonly invoke: FunctionInvoker;
  /** Other limits than those of AWS: for tests. */
  readonly limits?: Partial<AslLimits>;
  /** Gets every event of every execution, in order, and must not throw. Without it events are only counted. */
  readonly onHistoryEvent?: (event: HistoryEvent) => void;
  /** Ids that nobody can guess: tokens and names of nested executions. */
  readonly makeId?: () => string;
  /** What tokens begin with; no two interpreters may share it. */
  readonly tokenPrefix?: string;
  /** Numbers from 0 up to 1: jitter and `$random()`. */
  readonly random?: () => number;
  /** How many finished executions are remembered. The oldest are forgotten first. */
  readonly finishedExecutionsKept?: number;
}

interface KnownMachine {
  readonly definition: string;
  readonly prepared: PreparedMachine;
}

/**
 * Step Functions (Standard workflows in JSONata mode) in this process: runs Amazon States Language under AWS's own limits.
 * What it supports is listed in docs/asl-support.md; anything else is rejected by `createStateMachine`.
 *
 * @example
 * const stepFunctions = new LocalStepFunctions({ clock: new RealClock(), invoke: async ({ functionName, payload }) => handlers[functionName](payload) });
 * const { stateMachineArn } = stepFunctions.createStateMachine({ name: 'hello', definition });
 * const { executionArn } = stepFunctions.startExecution({ stateMachineArn, name: 'run-1', input: { run_id: '1' } });
 * const { status, output } = await stepFunctions.waitForExecution(executionArn);
 */
export class LocalStepFunctions {
  readonly #engine: Engine;
  readonly #makeId: () => string;
  readonly #finishedKept: number;
  readonly #machines = new Map<string, KnownMachine>();
  readonly #running = new Map<string, Execution>();
  /** Oldest first. */
  readonly #finished = new Map<string, ExecutionDescription>();

  constructor(options: LocalStepFunctionsOptions) {
    const { clock, invoke, onHistoryEvent, makeId = randomUUID, random = Math.random, finishedExecutionsKept = 1_000 } = options;
    const limits: AslLimits = { ...AWS_LIMITS, ...options.limits };
    this.#makeId = makeId;
    this.#finishedKept = finishedExecutionsKept;
    this.#engine = {
      clock,
      limits,
      random,
      invoke,
      tokens: new TaskTokens(makeId, limits.payloadBytes, options.tokenPrefix),
      onHistoryEvent,
      startNested: (machineArn, name, input) => this.#start(machineArn, name ?? makeId(), input),
    };
  }

  /**
   * Validates and compiles a definition. The same name and definition again change nothing.
   *
   * @throws InvalidDefinition with all problems, InvalidName, StateMachineAlreadyExists
   */
  createStateMachine({ name, definition }: { readonly name: string; readonly definition: string }): { stateMachineArn: string } {
    const { limits } = this.#engine;
    checkName(name, limits.nameLength);
    const arn = stateMachineArn(name);
    const known = this.#machines.get(arn);
    if (known === undefined) this.#machines.set(arn, { definition, prepared: this.#prepare(name, arn, definition) });
    else if (known.definition !== definition)
      throw new StateMachineAlreadyExists(`There is a state machine ${name} with another definition`);
    return { stateMachineArn: arn };
  }

  /** Forgets a machine. Its running executions go on. */
  deleteStateMachine(arn: string): void {
    this.#machines.delete(arn);
  }

  /**
   * Starts an execution. The same name and input while it runs give the same execution.
   *
   * @param request.input any JSON value, at most 256 KiB
   * @throws StateMachineDoesNotExist, ExecutionAlreadyExists, InvalidName, InvalidExecutionInput
   */
  startExecution(request: { readonly stateMachineArn: string; readonly name?: string; readonly input?: unknown }): {
    executionArn: string;
  } {
    const { stateMachineArn: machineArn, name = this.#makeId(), input = {} } = request;
    return { executionArn: this.#start(machineArn, name, input).arn };
  }

  /** @throws ExecutionDoesNotExist, also where it has been forgotten */
  describeExecution(arn: string): ExecutionDescription {
    const description = this.#running.get(arn)?.describe() ?? this.#finished.get(arn);
    if (description === undefined) throw new ExecutionDoesNotExist(`There is no execution ${arn}`);
    return description;
  }

  /** The description once the execution is over. Never settles while it runs. */
  async waitForExecution(arn: string): Promise<ExecutionDescription> {
    const execution = this.#running.get(arn);
    if (execution === undefined) return this.describeExecution(arn);
    return new Promise((resolve) => execution.whenFinished(() => resolve(execution.describe())));
  }

  /** Executions that run now, nested ones included. */
  listRunningExecutions(): ExecutionDescription[] {
    return [...this.#running.values()].map((execution) => execution.describe());
  }

  /** Ends an execution and those nested in it. Of one that is over already nothing changes. */
  stopExecution(arn: string, ending: { readonly error?: string; readonly cause?: string } = {}): void {
    const execution = this.#running.get(arn);
    if (execution === undefined) this.describeExecution(arn);
    else execution.stop(ending);
  }

  /** Forgets a finished execution. */
  forgetExecution(arn: string): void {
    this.#finished.delete(arn);
  }

  /** @throws TaskTimedOut, TaskDoesNotExist, InvalidOutput */
  sendTaskSuccess(token: string, output: unknown): void {
    this.#engine.tokens.succeed(token, output);
  }

  /** @throws TaskTimedOut, TaskDoesNotExist, ValidationException */
  sendTaskFailure(token: string, failure: { readonly error?: string | undefined; readonly cause?: string | undefined } = {}): void {
    this.#engine.tokens.fail(token, failure);
  }

  /** @throws TaskTimedOut, TaskDoesNotExist */
  sendTaskHeartbeat(token: string): void {
    this.#engine.tokens.beat(token);
  }

  #prepare(name: string, arn: string, definition: string): PreparedMachine {
    const { clock, limits, random } = this.#engine;
    const expressions = new ExpressionCompiler({ clock, random, makeId: this.#makeId }, limits);
    try {
      return prepareMachine(name, arn, validate(definition, expressions, limits), expressions);
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidDefinition([{ path: '$', message: 'is nested too deeply' }]);
      throw error;
    }
  }

  #start(machineArn: string, name: string, givenInput: unknown): Execution {
    const { limits } = this.#engine;
    const machine = this.#machines.get(machineArn)?.prepared;
    if (machine === undefined) throw new StateMachineDoesNotExist(`There is no state machine ${machineArn}`);
    checkName(name, limits.nameLength);
    const input = inputOf(givenInput);
    if (isLarger(input, limits.payloadBytes)) throw new InvalidExecutionInput(`The input is larger than ${limits.payloadBytes} bytes`);
    const arn = executionArn(machine.name, name);
    const running = this.#running.get(arn);
    if (running !== undefined && isSameJson(running.input, input)) return running;
    if (running !== undefined || this.#finished.has(arn))
      throw new ExecutionAlreadyExists(`There is an execution ${name} of ${machine.name} already`);
    const execution = new Execution(this.#engine, machine, arn, name, input);
    this.#running.set(arn, execution);
    execution.whenFinished(() => this.#keepSummary(execution));
    execution.start();
    return execution;
  }

  #keepSummary(execution: Execution): void {
    this.#running.delete(execution.arn);
    this.#finished.set(execution.arn, execution.describe());
    if (this.#finished.size <= this.#finishedKept) return;
    const oldest = this.#finished.keys().next();
    if (!oldest.done) this.#finished.delete(oldest.value);
  }
}

/** A copy: what the caller does with its own must not reach the execution. */
function inputOf(given: unknown): unknown {
  try {
    return toPlainJson(given);
  } catch (error) {
    if (error instanceof NotJson) throw new InvalidExecutionInput(error.message);
    throw error;
  }
}
