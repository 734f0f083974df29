import { describe, expect, it } from 'vitest';
import { inProcessAgents, inProcessTools } from '../../lib/executors/in-process.ts';
import { AgentUnavailableError } from '../../lib/runtime/errors.ts';
import type { AgentInput } from '../../lib/runtime/ports/executors.ts';

const INPUT: AgentInput = { content: 'say hi', task_id: 'a', task_name: 'A', task_type: 'atomic', inputs: {}, timeout: 9 };
const { signal } = new AbortController();

describe('inProcessAgents', () => {
  it('calls the agent of the name, with its input and the signal', async () => {
    const calls: unknown[][] = [];
    const agents = inProcessAgents({
      writer: (...call) => {
        calls.push(call);
        return { text: 'hi' };
      },
    });

    expect(await agents.execute('writer', INPUT, signal)).toEqual({ response: { text: 'hi' }, agent_id: 'writer' });

    expect(calls).toEqual([[INPUT, signal]]);
  });

  it('waits for the agent', async () => {
    const agents = inProcessAgents({ default: async ({ content }) => content });

    expect(await agents.execute('default', INPUT, signal)).toEqual({ response: 'say hi', agent_id: 'default' });
  });

  it('passes on what the agent throws', async () => {
    const error = new Error('no luck');
    const agents = inProcessAgents({
      writer: () => {
        throw error;
      },
    });

    await expect(agents.execute('writer', INPUT, signal)).rejects.toBe(error);
  });

  it.each(['reader', 'toString', '__proto__', ''])('says that there is no agent %j', async (name) => {
    const call = inProcessAgents({ writer: () => '' }).execute(name, INPUT, signal);

    await expect(call).rejects.toBeInstanceOf(AgentUnavailableError);
    await expect(call).rejects.toThrow(`there is no agent ${name}`);
  });
});

describe('inProcessTools', () => {
  it('calls the tool of the name, with its arguments and the signal', async () => {
    const calls: unknown[][] = [];
    const tools = inProcessTools({
      search: (...call) => {
        calls.push(call);
        return [1];
      },
    });

    expect(await tools.execute('search', { q: 'x' }, signal)).toEqual({ success: true, data: [1] });

    expect(calls).toEqual([[{ q: 'x' }, signal]]);
  });

  it('waits for the tool', async () => {
    const tools = inProcessTools({ double: async ({ x }) => Number(x) * 2 });

    expect(await tools.execute('double', { x: 2 }, signal)).toEqual({ success: true, data: 4 });
  });

  it('passes on what the tool throws', async () => {
    const error = new Error('no luck');
    const tools = inProcessTools({ search: () => Promise.reject(error) });

    await expect(tools.execute('search', {}, signal)).rejects.toBe(error);
  });

  it.each(['find', 'constructor'])('says that there is no tool %s', async (name) => {
    const call = inProcessTools({ search: () => null }).execute(name, {}, signal);

    await expect(call).rejects.toBeInstanceOf(AgentUnavailableError);
    await expect(call).rejects.toThrow(`there is no tool ${name}`);
  });
});
