import { readFileSync } from 'node:fs';
import { type FunctionInvoker, type HistoryEvent, LocalStepFunctions } from '../../../lib/local/asl/local-step-functions.ts';
import { VirtualClock } from '../../../lib/local/virtual-clock.ts';

/** A case of the reference interpreter, with what that interpreter did. Mocks script each state's answers, per Map index and attempt. */
export interface OracleCase {
  readonly id: string;
  readonly machines: Readonly<Record<string, unknown>>;
  readonly input: unknown;
  readonly mocks: Readonly<Record<string, readonly Step[] | Readonly<Record<string, readonly Step[]>>>>;
  readonly expected: Observed;
}

interface Step {
  readonly Return?: unknown;
  readonly Throw?: { readonly errorType: string; readonly errorMessage: string };
  readonly ClientError?: { readonly code: string; readonly message: string };
  readonly Token?: { readonly output?: unknown; readonly error?: string; readonly cause?: string } | null;
  readonly afterSeconds?: number;
  readonly DelaySeconds?: number;
}

export interface Call {
  readonly state: string;
  readonly index: number | null;
  readonly attempt: number;
}

export interface Observed {
  readonly status: string;
  readonly error: string | null;
  readonly output: unknown;
  readonly calls: readonly Call[];
  /** Seconds of every wait before a retry and of every Wait state. */
  readonly sleeps: readonly number[];
  readonly visited: readonly string[];
}

/** Beside this file. */
export const ORACLE_FILES = ['oracle-cases.jsonl', 'oracle-shapes.jsonl', 'oracle-random.jsonl'] as const;

export function readCases(file: string): OracleCase[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as OracleCase);
}

/** Runs the case here and reports in the reference's terms, in an order that does not depend on which branch was first. */
export async function observe({ machines, mocks, input }: OracleCase): Promise<Observed> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const events: HistoryEvent[] = [];
  const calls: Call[] = [];
  const stepsTaken = new Map<string, number>();
  const sleep = (seconds: number): Promise<void> => new Promise((resolve) => clock.setTimer(seconds * 1000, resolve));

  const invoke: FunctionInvoker = async ({ payload }) => {
    // the call follows its own TaskStarted event at once
    const { state = '', index } = events.at(-1) as HistoryEvent;
    const scripts = mocks[state];
    const byIndex = Array.isArray(scripts) ? undefined : (scripts as Readonly<Record<string, readonly Step[]>>);
    const steps = (byIndex === undefined ? scripts : (byIndex[String(index)] ?? byIndex['*'])) as readonly Step[];
    const counter = byIndex === undefined ? state : `${state}[${index}]`;
    const attempt = stepsTaken.get(counter) ?? 0;
    stepsTaken.set(counter, attempt + 1);
    calls.push({ state, index: index ?? null, attempt });
    const step = steps[Math.min(attempt, steps.length - 1)] as Step;
    const token = tokenIn(payload);
    if (step.Token && token !== undefined) answerToken(token, step.Token, step.afterSeconds ?? 0);
    if (step.DelaySeconds !== undefined) await sleep(step.DelaySeconds);
    if (step.ClientError) throw Object.assign(new Error(step.ClientError.message), { name: `Lambda.${step.ClientError.code}` });
    if (step.Throw) throw Object.assign(new Error(step.Throw.errorMessage), { name: step.Throw.errorType });
    return expand(step.Return);
  };
  const answerToken = (token: string, { error, cause, output }: NonNullable<Step['Token']>, afterSeconds: number): void => {
    clock.setTimer(afterSeconds * 1000, () => {
      if (error === undefined) stepFunctions.sendTaskSuccess(token, output);
      else stepFunctions.sendTaskFailure(token, { error, cause });
    });
  };

  const stepFunctions = new LocalStepFunctions({ clock, invoke, onHistoryEvent: (event) => events.push(event) });
  for (const [name, machine] of Object.entries(machines)) stepFunctions.createStateMachine({ name, definition: JSON.stringify(machine) });
  const { executionArn } = stepFunctions.startExecution({
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:main',
    name: 'e0',
    input,
  });
  const { status, error = null, output = null } = await stepFunctions.waitForExecution(executionArn);
  const entered = events.filter(({ type, executionArn: arn }) => type.endsWith('StateEntered') && arn === executionArn);
  return inOrder({ status, error, output, calls, sleeps: sleepsIn(events), visited: entered.map(({ state }) => state ?? '') });
}

export function inOrder(observed: Observed): Observed {
  return {
    ...observed,
    output: withoutTrace(observed.output),
    calls: observed.calls
      .map((call) => JSON.stringify([call.state, call.index, call.attempt]))
      .sort()
      .map(parseCall),
    sleeps: observed.sleeps.toSorted((a, b) => a - b),
    visited: observed.visited.toSorted(),
  };
}

function parseCall(text: string): Call {
  const [state, index, attempt] = JSON.parse(text) as [string, number | null, number];
  return { state, index, attempt };
}

function tokenIn(payload: unknown): string | undefined {
  const values = typeof payload === 'object' && payload !== null ? Object.values(payload) : [];
  return values.find((value): value is string => typeof value === 'string' && value.includes('.'));
}

/** `{$repeat: [text, times]}` stands for a long text. */
export function expand(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$repeat' in value)) return value;
  const [text, times] = value.$repeat as [string, number];
  return text.repeat(times);
}

const FAILED = new Set(['TaskFailed', 'TaskTimedOut', 'ParallelStateFailed', 'MapStateFailed']);
const BEGUN = new Set(['TaskScheduled', 'ParallelStateStarted', 'MapStateStarted']);

function sleepsIn(events: readonly HistoryEvent[]): number[] {
  const sleeps: number[] = [];
  const since = new Map<string, number>();
  for (const { type, state, index, timestampMs } of events) {
    const place = `${state}[${index}]`;
    const sinceMs = since.get(place);
    if (FAILED.has(type) || type === 'WaitStateEntered') since.set(place, timestampMs);
    else if (type.endsWith('StateEntered')) since.delete(place);
    else if ((BEGUN.has(type) || type === 'WaitStateExited') && sinceMs !== undefined) sleeps.push((timestampMs - sinceMs) / 1000);
  }
  return sleeps;
}

/** The reference's mocks have no stack trace in their causes. */
function withoutTrace(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutTrace);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'Cause' ? causeWithoutTrace(String(part)) : withoutTrace(part)]),
  );
}

function causeWithoutTrace(cause: string): string {
  if (!cause.startsWith('{')) return cause;
  const { trace: _trace, ...rest } = JSON.parse(cause) as Record<string, unknown>;
  return JSON.stringify(rest);
}
