import type { ExecutionDescription, HistoryEvent } from '../../lib/local/asl/local-step-functions.ts';
import { normalCause, normalJson } from './normal-form.ts';
import type { OracleEvent, OracleResult } from './oracle/oracle.ts';

/** An event of a history in the form in which both interpreters' are compared. */
export interface ObservedEvent {
  readonly id: number;
  /** The one before it in its own line of states. */
  readonly previousId: number;
  readonly type: string;
  /** The state, as far as the event says it. */
  readonly name: string | undefined;
  /** Of a MapIterationStarted. */
  readonly index: number | undefined;
  /** What the event carries, as text. */
  readonly data: string;
}

/** One execution; those that it starts have their own. */
export interface ObservedExecution {
  readonly machine: string;
  /** As text: it tells one of a machine's executions from another. */
  readonly input: string;
  readonly events: readonly ObservedEvent[];
}

export interface Observed {
  readonly status: string;
  readonly error: string;
  readonly cause: string;
  readonly output: string;
  /** Seconds of every wait before a retry, ascending. */
  readonly sleeps: readonly number[];
  readonly executions: readonly ObservedExecution[];
}

const NAMED = /StateEntered$|StateExited$|^MapIteration/;
/** Which of an event's contents both have. The input of an execution and the arguments of a call are its `input`. */
const CARRIES: Readonly<Record<string, readonly ('input' | 'output' | 'error')[]>> = {
  TaskScheduled: ['input'],
  TaskSucceeded: ['output'],
  TaskFailed: ['error'],
  TaskTimedOut: ['error'],
  ExecutionFailed: ['error'],
  ExecutionSucceeded: ['output'],
};

export function observeLocal(end: ExecutionDescription, events: readonly HistoryEvent[]): Observed {
  const byExecution = Map.groupBy(events, ({ executionArn }) => executionArn);
  const times = new Map(events.map((event) => [`${event.executionArn} ${event.id}`, event]));
  const sleeps = events.flatMap(({ executionArn, previousId, type, timestampMs }) => {
    const before = times.get(`${executionArn} ${previousId}`);
    return type === 'TaskScheduled' && before !== undefined && isFailedAttempt(before.type)
      ? [(timestampMs - before.timestampMs) / 1000]
      : [];
  });
  return {
    status: end.status,
    error: end.error ?? '',
    cause: normalCause(end.cause),
    output: normalJson(end.output ?? null),
    sleeps: ascending(sleeps),
    executions: [...byExecution].map(([arn, ofExecution]) => ({
      machine: machineOf(arn),
      input: normalJson(ofExecution[0]!.input),
      events: ofExecution.map(({ id, previousId, type, state, index, input, output, error, cause }) => ({
        id,
        previousId,
        type,
        name: NAMED.test(type) ? state : undefined,
        index: type === 'MapIterationStarted' ? index : undefined,
        data: dataOf(type, { input, output, error, cause }),
      })),
    })),
  };
}

export function observeOracle(result: OracleResult): Observed {
  return {
    status: result.status,
    error: result.error ?? '',
    cause: normalCause(result.cause),
    output: normalJson(result.output),
    sleeps: ascending(result.sleeps),
    executions: Object.entries(result.histories).map(([arn, events]) => ({
      machine: machineOf(arn),
      input: normalJson(parse(detailsOf(events[0]!).input)),
      events: events.map(fromOracle),
    })),
  };
}

function detailsOf({ id, previousEventId, type, ...rest }: OracleEvent): Readonly<Record<string, unknown>> {
  return Object.values(rest)[0] ?? {};
}

function fromOracle(event: OracleEvent): ObservedEvent {
  const { id, previousEventId, type } = event;
  const details = detailsOf(event);
  const { name, index, input, parameters, output, error, cause } = details;
  return {
    id,
    previousId: previousEventId,
    type,
    name: name as string | undefined,
    index: type === 'MapIterationStarted' ? (index as number) : undefined,
    data: dataOf(type, { input: parse(parameters ?? input), output: parse(output), error, cause }),
  };
}

interface Contents {
  readonly input: unknown;
  readonly output: unknown;
  readonly error: unknown;
  readonly cause: unknown;
}

function dataOf(type: string, { input, output, error, cause }: Contents): string {
  const carries = type.endsWith('StateEntered') ? ['input'] : type.endsWith('StateExited') ? ['output'] : (CARRIES[type] ?? []);
  if (carries.includes('input')) return normalJson(input);
  if (carries.includes('output')) return normalJson(output ?? null);
  if (carries.includes('error')) return `${error ?? ''} ${normalCause(cause)}`.trim();
  return '';
}

function isFailedAttempt(type: string): boolean {
  return type === 'TaskFailed' || type === 'TaskTimedOut';
}

function machineOf(executionArn: string): string {
  return executionArn.split(':')[6] ?? executionArn;
}

function parse(text: unknown): unknown {
  return typeof text === 'string' ? JSON.parse(text) : text;
}

function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
