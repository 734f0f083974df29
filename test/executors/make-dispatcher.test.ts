import { describe, expect, it } from 'vitest';
import { makeDispatcher } from '../../lib/executors/make-dispatcher.ts';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import { ACCEPTED, type Dispatch } from '../../lib/runtime/ports/executors.ts';

const record = (fields: Partial<TaskRecord>): TaskRecord => ({
  ordinal: 0,
  id: 'a',
  name: 'A',
  type: 'atomic',
  content: '',
  toolName: 'tool',
  agentId: null,
  inputs: {},
  boundInputs: {},
  references: {},
  timeoutSec: 9,
  dependencies: [],
  dependents: [],
  opens: [],
  rank: 0,
  ...fields,
});
const dispatch = (fields: Partial<TaskRecord>): Dispatch => ({
  record: record(fields),
  content: 'say hi',
  inputs: { x: 1 },
  attempt: 1,
  failures: 0,
  signal: new AbortController().signal,
});
const mock = async () => ({ mocked: true });

describe('makeDispatcher', () => {
  it('plays the tasks of a layer without an executor', async () => {
    const send = makeDispatcher({ mock, agent: { execute: async () => ({ response: 1, agent_id: 'x' }) } });

    expect(await send(dispatch({ type: 'tool_call' }))).toEqual({ mocked: true });
    expect(await send(dispatch({ type: 'llm_call' }))).toEqual({ response: 1, agent_id: 'x' });
  });

  it('hands an agent its id and input, a tool its name and arguments', async () => {
    const calls: unknown[] = [];
    const send = makeDispatcher({
      mock,
      agent: {
        execute: async (...call) => {
          calls.push(call.slice(0, 2));
          return { response: '', agent_id: '' };
        },
      },
      tool: {
        execute: async (...call) => {
          calls.push(call.slice(0, 2));
          return { success: true, data: [1] };
        },
      },
    });

    await send(dispatch({ agentId: 'writer' }));
    const outputs = await send(dispatch({ type: 'tool_call' }));

    const input = { content: 'say hi', task_id: 'a', task_name: 'A', task_type: 'atomic', inputs: { x: 1 }, timeout: 9 };
    expect(calls).toEqual([
      ['writer', input],
      ['tool', { x: 1 }],
    ]);
    expect(outputs).toEqual({ data: [1] });
  });

  it.each([
    ['a failure', { success: false, error: 'disk full' }, 'disk full'],
    ['a failure without a reason', { success: false }, 'tool tool reported a failure'],
    ['nothing', undefined, 'tool tool reported a failure'],
    ['a value without a JSON form', { success: true, data: 1n }, 'is not JSON'],
  ])('takes %s as a failure of the attempt', async (_, answer, message) => {
    const send = makeDispatcher({ mock, tool: { execute: async () => answer as never } });

    await expect(send(dispatch({ type: 'tool_call' }))).rejects.toMatchObject({
      name: 'TaskFailed',
      message: expect.stringContaining(message),
    });
  });

  it('gives outputs as they will be read back', async () => {
    const send = makeDispatcher({
      mock,
      agent: { execute: async () => ({ response: new Date(0) as never, agent_id: 'x', tokens_used: undefined as never }) },
    });

    expect(await send(dispatch({}))).toEqual({ response: '1970-01-01T00:00:00.000Z', agent_id: 'x' });
  });

  describe.each([
    ['an agent', { type: 'llm_call' }],
    ['a tool', { type: 'tool_call' }],
  ] as const)('that %s will report later', (_, fields) => {
    const execute = async () => ({ accepted: true as const });
    const send = makeDispatcher({ mock, agent: { execute }, tool: { execute } });

    it('is said where the task waits for its callback', async () => {
      expect(await send({ ...dispatch(fields), callbackId: 'id' })).toBe(ACCEPTED);
    });

    it('fails the attempt where nothing waits', async () => {
      await expect(send(dispatch(fields))).rejects.toMatchObject({
        name: 'TaskFailed',
        message: 'task a was accepted for later, but its state does not wait for a callback',
      });
    });
  });

  it('tells agents and tools the callback of a task that waits', async () => {
    const told: unknown[] = [];
    const send = makeDispatcher({
      mock,
      agent: {
        execute: async (_, input) => {
          told.push(input.callback_id);
          return { accepted: true };
        },
      },
      tool: {
        execute: async (_name, _arguments, _signal, callbackId) => {
          told.push(callbackId);
          return { accepted: true };
        },
      },
    });

    await send({ ...dispatch({}), callbackId: 'id-1' });
    await send({ ...dispatch({ type: 'tool_call' }), callbackId: 'id-2' });

    expect(told).toEqual(['id-1', 'id-2']);
  });
});

describe('answers', () => {
  const answering = (answer: unknown) => {
    const execute = async () => answer as never;
    return makeDispatcher({ mock, agent: { execute }, tool: { execute } });
  };
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['text', 'done'],
    ['a number', 5],
    ['a list', [1]],
    ['a bigint', { response: 1n }],
    ['itself', cyclic],
  ])('fails the attempt when an agent answers with %s', async (_, answer) => {
    await expect(answering(answer)(dispatch({}))).rejects.toMatchObject({ name: 'TaskFailed' });
  });

  it.each([
    ['nothing', undefined, 'tool tool reported a failure'],
    ['text', 'done', 'tool tool reported a failure'],
    ['success that is not true', { success: 'yes' }, 'tool tool reported a failure'],
    ['an error without text', { success: false, error: '' }, 'tool tool reported a failure'],
    ['an error', { success: false, error: 'disk full' }, 'disk full'],
  ])('fails the attempt when a tool answers with %s', async (_, answer, message) => {
    await expect(answering(answer)(dispatch({ type: 'tool_call' }))).rejects.toMatchObject({ name: 'TaskFailed', message });
  });
});
