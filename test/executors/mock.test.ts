import { describe, expect, it } from 'vitest';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import { AgentUnavailableError, TaskFailedError } from '../../lib/runtime/errors.ts';
import { taskRecord } from '../contract/factories.ts';

interface Play extends Partial<Pick<TaskRecord, 'type' | 'toolName' | 'agentId'>> {
  readonly mock?: JsonObject;
  /** How many attempts failed before. */
  readonly failures?: number;
  readonly signal?: AbortSignal;
}

function play({ failures = 0, signal = new AbortController().signal, ...record }: Play, clock = new VirtualClock(0, 'manual')) {
  return makeMockDispatcher(clock)({
    record: { ...taskRecord(0), ...record },
    content: '',
    inputs: {},
    attempt: failures + 1,
    failures,
    signal,
  });
}

describe('outputs', () => {
  it.each([
    ['an agent', {}, { response: 'mock response to Task 0', agent_id: 'mock', tokens_used: 0 }],
    ['a named agent', { agentId: 'writer' }, { response: 'mock response to Task 0', agent_id: 'writer', tokens_used: 0 }],
    ['a tool', { type: 'tool_call', toolName: 'search' }, { data: 'mock data of search' }],
  ] as const)('of %s are plausible', async (_, record, expected) => {
    expect(await play(record)).toEqual(expected);
  });

  it('are those of the script', async () => {
    expect(await play({ mock: { outputs: { rows: [1] } } })).toEqual({ rows: [1] });
  });

  it.each([null, 'text', [1], 7])('of the script that are no object do not count (%j)', async (outputs) => {
    expect(await play({ mock: { outputs } })).toMatchObject({ agent_id: 'mock' });
  });
});

describe('failures', () => {
  it.each([
    [0, 0, false],
    [2, 1, true],
    [2, 2, false],
    [-1, 1_000, true],
    ['2', 0, false],
  ])('fail_times %j after %i failures: fails is %s', async (fail_times, failures, fails) => {
    const outcome = play({ mock: { fail_times }, failures });

    if (fails) await expect(outcome).rejects.toBeInstanceOf(TaskFailedError);
    else await expect(outcome).resolves.toMatchObject({ agent_id: 'mock' });
  });

  it.each([
    ['nothing', undefined, 'scripted failure'],
    ['text', 'no luck', 'no luck'],
    ['a message', { message: 'no luck' }, 'no luck'],
    ['a code', { code: 'E5202' }, 'scripted failure'],
    ['what is no error', [1], 'scripted failure'],
  ])('say %s', async (_, error, message) => {
    const outcome = play({ mock: { fail_times: 1, ...(error !== undefined && { error }) } });

    await expect(outcome).rejects.toBeInstanceOf(TaskFailedError);
    await expect(outcome).rejects.toMatchObject({ message });
  });

  it('with E5901 are an agent that is not there', async () => {
    const outcome = play({ mock: { fail_times: 1, error: { code: 'E5901', message: 'gone' } } });

    await expect(outcome).rejects.toBeInstanceOf(AgentUnavailableError);
    await expect(outcome).rejects.toMatchObject({ message: 'gone' });
  });
});

describe('durations', () => {
  async function endOf(parts: Play, clock: VirtualClock): Promise<{ ended: boolean }> {
    const outcome = { ended: false };
    const end = () => {
      outcome.ended = true;
    };
    play(parts, clock).then(end, end);
    return outcome;
  }

  it.each([
    ['an attempt that succeeds', {}],
    ['an attempt that fails', { fail_times: 1 }],
  ])('%s takes the time of the script', async (_, script) => {
    const clock = new VirtualClock(0, 'manual');
    const outcome = await endOf({ mock: { duration_sec: 2.5, ...script } }, clock);

    await clock.advanceBy(2_499);
    expect(outcome.ended).toBe(false);
    await clock.advanceBy(1);

    expect(outcome.ended).toBe(true);
  });

  it.each([undefined, 0, -1, 'long', null])('%j takes none', async (duration_sec) => {
    const clock = new VirtualClock(0, 'manual');

    await play({ mock: duration_sec === undefined ? {} : { duration_sec } }, clock);

    expect(clock.now()).toBe(0);
  });

  it('an attempt that is aborted leaves no timer behind', async () => {
    const clock = new VirtualClock(0, 'manual');
    const abort = new AbortController();
    const outcome = await endOf({ mock: { duration_sec: 5 }, signal: abort.signal }, clock);
    expect(clock.pendingTimers).toBe(1);

    abort.abort();

    expect(clock.pendingTimers).toBe(0);
    await clock.advanceBy(5_000);
    expect(outcome.ended).toBe(false);
  });
});
