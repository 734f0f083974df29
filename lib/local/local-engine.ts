import type { JsonObject } from '../model/json.ts';
import type { Clock } from '../runtime/clock.ts';
import { HANDLERS, type Handler, isHandlerName } from '../runtime/handlers.ts';
import type { MachineDefinition, WorkflowEngine } from '../runtime/ports.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type HistoryEvent, LocalStepFunctions } from './asl/local-step-functions.ts';
import { localMachineArn } from './function-names.ts';

const KEPT_MACHINES = 64;

/** How an execution ended. */
export interface ExecutionEnd {
  readonly status: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly transitions: number;
  readonly historyEvents: number;
}

/** Runs state machines in this process: the interpreter, with the runtime's handlers as its functions. */
export class LocalEngine implements WorkflowEngine {
  readonly #interpreter: LocalStepFunctions;
  readonly #executions = new Map<string, string>();
  /** Runs that use each machine. */
  readonly #users = new Map<string, number>();
  #runtime: Runtime | undefined;

  /** @param onHistoryEvent gets every event of every execution */
  constructor(clock: Clock, onHistoryEvent?: (event: HistoryEvent) => void) {
    this.#interpreter = new LocalStepFunctions({
      clock,
      ...(onHistoryEvent === undefined ? {} : { onHistoryEvent }),
      invoke: async ({ functionName, payload }) => {
        await handlerOf(functionName)(this.#runtime!, payload);
        return {};
      },
    });
  }

  /** The handlers work with the engine and the engine with the handlers: they meet here. */
  attach(runtime: Runtime): void {
    this.#runtime = runtime;
  }

  async ensureMachine({ name, definition }: MachineDefinition): Promise<void> {
    this.#interpreter.createStateMachine({ name, definition });
    this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
  }

  /** Says that a run which ensured these machines is over. Machines that no run uses are forgotten, but for the latest few. */
  release(machines: readonly { readonly name: string }[]): void {
    for (const { name } of machines) {
      const users = (this.#users.get(name) ?? 1) - 1;
      this.#users.delete(name);
      this.#users.set(name, users); // the latest last
    }
    if (this.#users.size <= KEPT_MACHINES) return;
    for (const [name, users] of this.#users) {
      if (this.#users.size <= KEPT_MACHINES) break;
      if (users > 0) continue;
      this.#users.delete(name);
      this.#interpreter.deleteStateMachine(localMachineArn(name));
    }
  }

  async startExecution(machineName: string, executionName: string, input: JsonObject): Promise<void> {
    const { executionArn } = this.#interpreter.startExecution({
      stateMachineArn: localMachineArn(machineName),
      name: executionName,
      input,
    });
    this.#executions.set(executionName, executionArn);
  }

  async openGate(token: string): Promise<boolean> {
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
    const arn = this.#executions.get(executionName);
    if (arn === undefined) throw new Error(`this process has not started ${executionName}`);
    const end = await this.#interpreter.waitForExecution(arn);
    this.#executions.delete(executionName);
    return end;
  }
}

function handlerOf(functionName: string): Handler {
  if (!isHandlerName(functionName)) throw new Error(`there is no function ${functionName}`);
  return HANDLERS[functionName];
}

/** Whether somebody still waits under the token that is sent to. */
function isHeard(send: () => void): boolean {
  try {
    send();
    return true;
  } catch (error) {
    if (error instanceof Error && (error.name === 'TaskTimedOut' || error.name === 'TaskDoesNotExist')) return false;
    throw error;
  }
}
