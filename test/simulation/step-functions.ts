import type { FunctionInvoker } from '../../lib/local/asl/local-step-functions.ts';
import { LocalStepFunctions } from '../../lib/local/asl/local-step-functions.ts';
import { localMachineArn } from '../../lib/local/function-names.ts';
import { isHeard } from '../../lib/local/local-engine.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { Clock } from '../../lib/runtime/ports/clock.ts';
import type { MachineDefinition, WorkflowEngine } from '../../lib/runtime/ports/workflow-engine.ts';
import type { Dice } from './dice.ts';

export interface ExecutionOver {
  readonly name: string;
  readonly status: string;
  readonly error: string;
}

export interface SimStepFunctionsOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly makeId: () => string;
  readonly invoke: FunctionInvoker;
  readonly onEnd: (end: ExecutionOver) => void;
}

/** Step Functions as a deployment has it: the real interpreter; an execution's name is taken for good. */
export class SimStepFunctions implements WorkflowEngine {
  readonly #interpreter: LocalStepFunctions;
  readonly #onEnd: (end: ExecutionOver) => void;
  /** ARNs of executions by their names. */
  readonly #started = new Map<string, string>();
  readonly #running = new Set<string>();
  #gone = false;

  constructor({ clock, dice, makeId, invoke, onEnd }: SimStepFunctionsOptions) {
    this.#onEnd = onEnd;
    this.#interpreter = new LocalStepFunctions({ clock, invoke, makeId, random: () => dice.roll() });
  }

  /** Names of the executions of runs that go on. */
  running(): string[] {
    return [...this.#running];
  }

  /** ARNs of executions that those have started, and wait for. */
  runningParts(): string[] {
    const own = new Set(this.#started.values());
    return this.#interpreter.listRunningExecutions().flatMap(({ executionArn }) => (own.has(executionArn) ? [] : [executionArn]));
  }

  stopPart(arn: string): void {
    this.#interpreter.stopExecution(arn, { error: 'Stopped' });
  }

  /** The process that it is in has died: nobody is told. */
  vanish(): void {
    this.#gone = true;
    for (const { executionArn } of this.#interpreter.listRunningExecutions()) this.#interpreter.stopExecution(executionArn);
  }

  async ensureMachine(machine: MachineDefinition): Promise<void> {
    this.#interpreter.createStateMachine(machine);
  }

  async startExecution(machineName: string, executionName: string, input: JsonObject): Promise<void> {
    if (this.#started.has(executionName)) return;
    const stateMachineArn = localMachineArn(machineName);
    const { executionArn } = this.#interpreter.startExecution({ stateMachineArn, name: executionName, input });
    this.#started.set(executionName, executionArn);
    this.#running.add(executionName);
    void this.#interpreter.waitForExecution(executionArn).then(({ status, error = '', cause = '' }) => {
      this.#running.delete(executionName);
      if (!this.#gone) this.#onEnd({ name: executionName, status, error: `${error} ${cause}`.trim() });
    });
  }

  async stopExecution(_machineName: string, executionName: string): Promise<void> {
    const arn = this.#started.get(executionName);
    if (arn !== undefined && this.#running.has(executionName)) this.#interpreter.stopExecution(arn, { error: 'Stopped' });
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
}
