import {
  type AslLimits,
  type ExecutionDescription,
  type FunctionCall,
  type HistoryEvent,
  LocalStepFunctions,
} from '../../../lib/local/asl/local-step-functions.ts';
import { VirtualClock } from '../../../lib/local/virtual-clock.ts';

export const START_MS = Date.UTC(2026, 0, 1);

export type Functions = Readonly<Record<string, (payload: unknown, call: FunctionCall, harness: Harness) => unknown>>;

export interface Harness {
  readonly clock: VirtualClock;
  readonly stepFunctions: LocalStepFunctions;
  readonly events: HistoryEvent[];
  /** Seconds since the start of the test. */
  elapsedSec(): number;
  sleep(seconds: number): Promise<void>;
  /** Creates the machine and starts it. */
  start(machine: object, input?: unknown, name?: string): string;
  /** Creates the machine, starts it and waits for its end. */
  run(machine: object, input?: unknown): Promise<ExecutionDescription>;
  /** Types of the execution's events, in order. */
  eventTypes(executionArn?: string): string[];
}

export interface HarnessOptions {
  readonly functions?: Functions;
  readonly limits?: Partial<AslLimits>;
  readonly random?: () => number;
  readonly finishedExecutionsKept?: number;
  readonly mode?: 'automatic' | 'manual';
}

export function harness({ functions = {}, mode, ...options }: HarnessOptions = {}): Harness {
  const clock = new VirtualClock(START_MS, mode);
  const events: HistoryEvent[] = [];
  let ids = 0;
  const stepFunctions = new LocalStepFunctions({
    clock,
    makeId: () => `id-${++ids}`,
    onHistoryEvent: (event) => events.push(event),
    invoke: async (call) => {
      const run = functions[call.functionName];
      if (run === undefined) throw namedError('Lambda.ResourceNotFoundException', call.functionName);
      return run(call.payload, call, self);
    },
    ...options,
  });
  let machines = 0;
  const self: Harness = {
    clock,
    stepFunctions,
    events,
    elapsedSec: () => (clock.now() - START_MS) / 1000,
    sleep: (seconds) => new Promise((resolve) => clock.setTimer(seconds * 1000, resolve)),
    start(machine, input = {}, name = 'e') {
      const { stateMachineArn } = stepFunctions.createStateMachine({ name: `machine-${++machines}`, definition: define(machine) });
      return stepFunctions.startExecution({ stateMachineArn, name, input }).executionArn;
    },
    run(machine, input) {
      return stepFunctions.waitForExecution(self.start(machine, input));
    },
    eventTypes(executionArn) {
      return events.filter((event) => executionArn === undefined || event.executionArn === executionArn).map(({ type }) => type);
    },
  };
  return self;
}

export function define(machine: object): string {
  return JSON.stringify({ QueryLanguage: 'JSONata', ...machine });
}

/** A machine of one state. */
export function only(state: object, others: Readonly<Record<string, object>> = {}): object {
  const end = 'Next' in state || ['Succeed', 'Fail', 'Choice'].includes((state as { Type?: string }).Type ?? '') ? {} : { End: true };
  return { StartAt: 'A', States: { A: { ...state, ...end }, ...others } };
}

/** A Task that calls the function `f` with its input and gives its answer. */
export function task(fields: object = {}, functionName = 'f'): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...fields,
  };
}

/** A Task that gives its token to the function `f` and waits. */
export function tokenTask(fields: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' },
    ...fields,
  };
}

/** A Map of one state over the items. */
export function map(items: unknown, state: object, fields: object = {}): object {
  return {
    Type: 'Map',
    Items: items,
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: { I: { ...state, End: true } } },
    ...fields,
  };
}

/** A Parallel with one state a branch. */
export function parallel(states: readonly object[], fields: object = {}): object {
  const branches = states.map((state, index) => ({ StartAt: `B${index}`, States: { [`B${index}`]: { ...state, End: true } } }));
  return { Type: 'Parallel', Branches: branches, ...fields };
}

export function namedError(name: string, message = 'boom'): Error {
  return Object.assign(new Error(message), { name });
}

export function throwing(name: string, message?: string): () => never {
  return () => {
    throw namedError(name, message);
  };
}
