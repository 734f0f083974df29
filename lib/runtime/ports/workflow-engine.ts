import type { JsonObject } from '../../model/json.ts';

/** A state machine to be: its name is the hash of its definition. */
export interface MachineDefinition {
  readonly name: string;
  /** ASL as JSON. */
  readonly definition: string;
}

/** What runs state machines: Step Functions, or the interpreter. */
export interface WorkflowEngine {
  /** Makes the machine unless there is one of that name. @throws EngineThrottledError when it must be tried later */
  ensureMachine(machine: MachineDefinition): Promise<void>;
  /** Stops an execution, and those that it has started; one that is over, or never began, is left as it is. */
  stopExecution(machineName: string, executionName: string): Promise<void>;
  /**
   * Starts an execution; the same name again changes nothing.
   *
   * @throws EngineThrottledError when it must be tried later, MachineMissingError when the machine has to be made first
   */
  startExecution(machineName: string, executionName: string, input: JsonObject): Promise<void>;
  /** Lets the state go on that waits under this token; false when nobody waits any more. */
  openGate(token: string): Promise<boolean>;
  /** Fails the state that waits under this token; false when nobody waits any more. */
  failTask(token: string, error: { readonly name: string; readonly message: string }): Promise<boolean>;
  /** Tells that the state under this token is still being worked on; false when nobody waits any more. */
  heartbeat(token: string): Promise<boolean>;
}

/** A machine that was there is gone: nobody had used it for long. */
export class MachineMissingError extends Error {
  override readonly name = 'MachineMissingError';
}

/** Step Functions takes no more calls of this kind for now. */
export class EngineThrottledError extends Error {
  override readonly name = 'EngineThrottledError';
}
