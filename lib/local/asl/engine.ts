import type { Clock } from '../../runtime/ports/clock.ts';
import type { Execution } from './execution.ts';
import type { FunctionInvoker } from './function-call.ts';
import type { HistoryEvent } from './history.ts';
import type { AslLimits } from './limits.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What running executions share. */
export interface Engine {
  readonly clock: Clock;
  readonly limits: AslLimits;
  readonly random: () => number;
  readonly invoke: FunctionInvoker;
  readonly tokens: TaskTokens;
  readonly onHistoryEvent: ((event: HistoryEvent) => void) | undefined;
  /** Starts an execution under a name of its own, or under the given one. */
  startNested(stateMachineArn: string, name: string | undefined, input: unknown): Execution;
}
