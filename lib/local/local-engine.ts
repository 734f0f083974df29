import type { JsonObject } from '../model/json.ts';
import { HANDLERS, type Handler, isHandlerName } from '../runtime/handlers.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { MachineDefinition, WorkflowEngine } from '../runtime/ports/workflow-engine.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type HistoryEvent, LocalStepFunctions } from './asl/local-step-functions.ts';
import { localMachineArn } from './function-names.ts';
import { MachineShelf } from './machine-shelf.ts';

const KEPT_ENDS = 256;

/** How an execution ended. */
export interface ExecutionEnd {
  readonly status: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly transitions: number;
  readonly historyEvents: number;
}

/** What an invocation works with. */
export type RuntimeFor = (functionName: string, payload: unknown) => Runtime;

export interface LocalEngineOptions {
  readonly clock: Clock;
  /** Gets every event of every execution. */
  readonly onHistoryEvent?: ((event: HistoryEvent) => void) | undefined;
  /** Called when an execution that this engine started is over, before anybody who waits for it is told. */
  readonly onEnd?: ((executionName: string, end: ExecutionEnd) => Promise<void>) | undefined;
  /** Whether an execution is for this engine to start: others may have been asked for it too. */
  readonly mayStart?: ((executionName: string) => Promise<boolean>) | undefined;
  /** Called when an execution has started. */
  readonly onStart?: ((executionName: string) => Promise<void>) | undefined;
  /** What the engine's tokens begin with. */
  readonly tokenPrefix?: string | undefined;
  /** Gets tokens that are not this engine's; says whether anybody may still wait under them. */
  readonly forward?: ((token: string) => Promise<boolean>) | undefined;
}

/** Runs state machines in this process: the interpreter, with the runtime's handlers as its functions. */
export class LocalEngine implements WorkflowEngine {
  readonly #interpreter: LocalStepFunctions;
  readonly #mayStart: LocalEngineOptions['mayStart'];
  readonly #onStart: LocalEngineOptions['onStart'];
  readonly #onEnd: LocalEngineOptions['onEnd'];
  readonly #tokenPrefix: string | undefined;
  readonly #forward: LocalEngineOptions['forward'];
  readonly #machines: MachineShelf;
  /** By name, running and over; the oldest that are over are forgotten. */
  readonly #executions = new Map<string, Promise<ExecutionEnd>>();
  readonly #over: string[] = [];
  /** Of those that go on. */
  readonly #arns = new Map<string, string>();
  #runtimeFor: RuntimeFor | undefined;
  #closed = false;

  constructor({ clock, onHistoryEvent, mayStart, onStart, onEnd, tokenPrefix, forward }: LocalEngineOptions) {
    this.#mayStart = mayStart;
    this.#onStart = onStart;
    this.#onEnd = onEnd;
    this.#tokenPrefix = tokenPrefix;
    this.#forward = forward;
    this.#interpreter = new LocalStepFunctions({
      clock,
      ...(onHistoryEvent === undefined ? {} : { onHistoryEvent }),
      ...(tokenPrefix === undefined ? {} : { tokenPrefix }),
      invoke: ({ functionName, payload }) =>
        handlerOf(functionName)(this.#runtimeFor!(functionName, payload), payload) as Promise<JsonObject>,
    });
    this.#machines = new MachineShelf((name) => this.#interpreter.deleteStateMachine(localMachineArn(name)));
  }

  /** The handlers work with the engine and the engine with the handlers: they meet here. */
  attach(runtime: Runtime | RuntimeFor): void {
    this.#runtimeFor = typeof runtime === 'function' ? runtime : () => runtime;
  }

  async ensureMachine({ name, definition }: MachineDefinition): Promise<void> {
    this.#interpreter.createStateMachine({ name, definition });
    this.#machines.add(name, definition);
  }

  async startExecution(machineName: string, executionName: string, input: JsonObject): Promise<void> {
    if (this.#mayStart !== undefined && !(await this.#mayStart(executionName))) return;
    if (this.#executions.has(executionName)) return;
    const { executionArn } = this.#interpreter.startExecution({
      stateMachineArn: localMachineArn(machineName),
      name: executionName,
      input,
    });
    this.#machines.take(machineName);
    this.#arns.set(executionName, executionArn);
    const ended = this.#interpreter.waitForExecution(executionArn).then(async (end) => {
      this.#machines.giveBack(machineName);
      this.#arns.delete(executionName);
      if (this.#closed) throw new Error('the engine was closed');
      await this.#onEnd?.(executionName, end);
      this.#remember(executionName);
      return end;
    });
    ended.catch(() => {}); // whoever waits is told
    this.#executions.set(executionName, ended);
    await this.#onStart?.(executionName);
  }

  async stopExecution(_machineName: string, executionName: string): Promise<void> {
    const arn = this.#arns.get(executionName);
    if (arn !== undefined) this.#interpreter.stopExecution(arn, { error: 'Stopped', cause: 'the run was stopped' });
  }

  /** Whether this engine has started an execution, not too long ago. */
  has(executionName: string): boolean {
    return this.#executions.has(executionName);
  }

  /** Names of the executions that go on here. */
  running(): string[] {
    return [...this.#arns.keys()];
  }

  async openGate(token: string): Promise<boolean> {
    if (this.#forward !== undefined && this.#tokenPrefix !== undefined && !token.startsWith(this.#tokenPrefix)) return this.#forward(token);
    return isHeard(() => this.#interpreter.sendTaskSuccess(token, {}));
  }

  async failTask(token: string, { name, message }: { name: string; message: string }): Promise<boolean> {
    return isHeard(() => this.#interpreter.sendTaskFailure(token, { error: name, cause: message }));
  }

  async heartbeat(token: string): Promise<boolean> {
    return isHeard(() => this.#interpreter.sendTaskHeartbeat(token));
  }

  /** Resolves when an execution that this engine started is over. */
  async waitForEnd(executionName: string): Promise<ExecutionEnd> {
    const ended = this.#executions.get(executionName);
    if (ended === undefined) throw new Error(`this process has not started ${executionName}`);
    return ended;
  }

  /** Stops all executions without an end: in the store their runs stay as they are, as after a crash. */
  close(): void {
    this.#closed = true;
    for (const { executionArn } of this.#interpreter.listRunningExecutions()) this.#interpreter.stopExecution(executionArn);
  }

  #remember(executionName: string): void {
    this.#over.push(executionName);
    if (this.#over.length > KEPT_ENDS) this.#executions.delete(this.#over.shift()!);
  }
}

function handlerOf(functionName: string): Handler {
  if (!isHandlerName(functionName)) throw new Error(`there is no function ${functionName}`);
  return HANDLERS[functionName];
}

/** Whether somebody still waits under the token that is sent to. */
export function isHeard(send: () => void): boolean {
  try {
    send();
    return true;
  } catch (error) {
    if (error instanceof Error && (error.name === 'TaskTimedOut' || error.name === 'TaskDoesNotExist')) return false;
    throw error;
  }
}
