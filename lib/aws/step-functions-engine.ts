import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
  StateMachineAlreadyExists,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { JsonObject } from '../model/json.ts';
import {
  EngineThrottledError,
  type MachineDefinition,
  MachineMissingError,
  type WorkflowEngine,
} from '../runtime/ports/workflow-engine.ts';
import { type Backoff, realBackoff } from './dynamodb/backoff.ts';
import { isForLater } from './for-later.ts';
import { executionArn } from './machine-arn.ts';
import { TaskTokens } from './task-tokens.ts';

const KNOWN_MACHINES = 1_000;
/** What the history of an execution says that was stopped. */
const STOPPED = 'StoppedByTaskOrchestrator';

export interface StepFunctionsEngineOptions {
  /** Made once per process. */
  readonly client: SFNClient;
  /** How machines are made and found, or only found: then executions can be stopped. Without it the engine only answers tokens. */
  readonly machines?: MachineOptions | MachineAddresses | undefined;
  readonly backoff?: Backoff | undefined;
}

export interface MachineAddresses {
  /** The ARN of a machine, by its name. */
  readonly machineArn: (name: string) => string;
}

export interface MachineOptions extends MachineAddresses {
  /** The role that executions run under. */
  readonly roleArn: string;
  readonly logging?: CreateStateMachineCommandInput['loggingConfiguration'];
  readonly tracing?: boolean | undefined;
}

/** Step Functions. A machine's name is the hash of its definition, so making it twice makes one. */
export class StepFunctionsEngine implements WorkflowEngine {
  readonly #client: SFNClient;
  readonly #machines: MachineOptions | MachineAddresses | undefined;
  readonly #backoff: Backoff;
  readonly #tokens: TaskTokens;
  /** Machines that are known to be there; none, once one turns out to be gone. */
  readonly #known = new Set<string>();

  constructor({ client, machines, backoff = realBackoff }: StepFunctionsEngineOptions) {
    this.#client = client;
    this.#machines = machines;
    this.#backoff = backoff;
    this.#tokens = new TaskTokens(client);
  }

  async ensureMachine({ name, definition }: MachineDefinition): Promise<void> {
    if (this.#known.has(name)) return;
    const machines = this.#addresses();
    if (!('roleArn' in machines)) throw new TypeError('this engine makes no machines');
    const { roleArn, logging, tracing = false } = machines;
    const command = new CreateStateMachineCommand({
      name,
      definition,
      roleArn,
      type: 'STANDARD',
      ...(logging && { loggingConfiguration: logging }),
      tracingConfiguration: { enabled: tracing },
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      // made under other logging or tracing: it runs all the same
      if (!(error instanceof StateMachineAlreadyExists)) throw this.#laterOr(error);
    }
    this.#remember(name);
  }

  async startExecution(machineName: string, executionName: string, input: JsonObject): Promise<void> {
    const stateMachineArn = this.#addresses().machineArn(machineName);
    const command = new StartExecutionCommand({ stateMachineArn, name: executionName, input: JSON.stringify(input) });
    for (let tries = 1; ; tries++) {
      try {
        await this.#client.send(command);
        return;
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return;
        if (!(error instanceof StateMachineDoesNotExist)) throw this.#laterOr(error);
        // not everywhere yet, or deleted since this process made it
        if (tries < this.#backoff.maxTries) await this.#backoff.pause(tries);
        else {
          this.#known.clear(); // nor need the machines of its parts be there
          throw new MachineMissingError(`machine ${machineName} is not there`, { cause: error });
        }
      }
    }
  }

  /** Step Functions stops the executions that it has started along with it. */
  async stopExecution(machineName: string, executionName: string): Promise<void> {
    const arn = executionArn(this.#addresses().machineArn(machineName), executionName);
    const command = new StopExecutionCommand({ executionArn: arn, error: STOPPED, cause: STOPPED });
    for (let tries = 1; ; tries++) {
      try {
        await this.#client.send(command);
        return;
      } catch (error) {
        if (isOver(error)) return;
        if (!isForLater(error) || tries >= this.#backoff.maxTries) throw this.#laterOr(error);
        await this.#backoff.pause(tries);
      }
    }
  }

  openGate(token: string): Promise<boolean> {
    return this.#tokens.openGate(token);
  }

  failTask(token: string, error: { readonly name: string; readonly message: string }): Promise<boolean> {
    return this.#tokens.failTask(token, error);
  }

  heartbeat(token: string): Promise<boolean> {
    return this.#tokens.heartbeat(token);
  }

  #addresses(): MachineOptions | MachineAddresses {
    if (this.#machines === undefined) throw new TypeError('this engine only answers tokens');
    return this.#machines;
  }

  #laterOr(error: unknown): unknown {
    if (error instanceof StateMachineDeleting) this.#known.clear();
    return isForLater(error) ? new EngineThrottledError(`Step Functions is busy: ${String(error)}`, { cause: error }) : error;
  }

  #remember(name: string): void {
    if (this.#known.size >= KNOWN_MACHINES) this.#known.delete(this.#known.values().next().value!);
    this.#known.add(name);
  }
}

/**
 * Whether there was nothing to stop: the execution never began, or is over. AWS does not document what the call comes to for one that is
 * over; an engine that refuses it does so as invalid, and nothing else of the call can be: its ARN and its texts are ours.
 */
function isOver(error: unknown): boolean {
  return error instanceof ExecutionDoesNotExist || (error instanceof Error && error.name === 'ValidationException');
}
