import { describe, expect, it } from 'vitest';
import { readAgentAnswer, readToolAnswer } from '../../lib/executors/read-answer.ts';
import { TaskFailedError } from '../../lib/runtime/errors.ts';

describe('readAgentAnswer', () => {
  const read = (answer: unknown) => readAgentAnswer(answer, 'writer');

  it.each([
    ['the whole answer', { response: 'hi', agent_id: 'x', tokens_used: 7 }, { response: 'hi', agent_id: 'x', tokens_used: 7 }],
    ['an answer that does not say who gave it', { response: 'hi' }, { response: 'hi', agent_id: 'writer' }],
    ['any JSON as the response', { response: { a: [null, 1] } }, { response: { a: [null, 1] }, agent_id: 'writer' }],
    ['null as the response', { response: null }, { response: null, agent_id: 'writer' }],
    ['no tokens', { response: '', tokens_used: 0 }, { response: '', agent_id: 'writer', tokens_used: 0 }],
    ['null tokens, as Python writes them', { response: '', tokens_used: null }, { response: '', agent_id: 'writer' }],
    ['what it cost', { response: '', cost_usd: 0.02 }, { response: '', agent_id: 'writer', cost_usd: 0.02 }],
    ['a cost of null', { response: '', cost_usd: null }, { response: '', agent_id: 'writer' }],
    ['further fields', { response: '', score: 0.5 }, { response: '', agent_id: 'writer', score: 0.5 }],
    ['an acceptance', { accepted: true, note: 'later' }, { accepted: true }],
  ])('takes %s', (_, answer, expected) => {
    expect(read(answer)).toEqual(expected);
  });

  it.each([
    ['nothing', undefined, 'answer:'],
    ['null', null, 'answer:'],
    ['text', 'hi', 'answer:'],
    ['a list', [{ response: 'hi' }], 'answer:'],
    ['no response', { agent_id: 'x' }, 'response:'],
    ['an id that is no text', { response: '', agent_id: 7 }, 'agent_id:'],
    ['tokens that are no number', { response: '', tokens_used: '7' }, 'tokens_used:'],
    ['fewer than no tokens', { response: '', tokens_used: -1 }, 'tokens_used:'],
    ['less than no cost', { response: '', cost_usd: -0.01 }, 'cost_usd:'],
    ['an acceptance that is none', { accepted: 'true' }, 'response:'],
  ])('refuses %s', (_, answer, problem) => {
    expect(() => read(answer)).toThrow(TaskFailedError);
    expect(() => read(answer)).toThrow(`the agent answered with something else than an answer: ${problem}`);
  });
});

describe('readToolAnswer', () => {
  it.each([
    ['a success', { success: true, data: { rows: [1] } }, { success: true, data: { rows: [1] } }],
    ['a success without data', { success: true }, { success: true }],
    ['null data', { success: true, data: null, error: null }, { success: true, data: null, error: null }],
    ['a failure', { success: false, error: 'no rows' }, { success: false, error: 'no rows' }],
    ['a failure without a reason', { success: false }, { success: false }],
    ['nothing of further fields', { success: true, took_ms: 5 }, { success: true }],
    ['an acceptance', { accepted: true, success: false }, { accepted: true }],
  ])('takes %s', (_, answer, expected) => {
    expect(readToolAnswer(answer)).toEqual(expected);
  });

  it.each([
    ['nothing', undefined, 'answer:'],
    ['a list', [], 'answer:'],
    ['no verdict', { data: 1 }, 'success:'],
    ['a verdict that is none', { success: 'true' }, 'success:'],
    ['an error that is no text', { success: false, error: { message: 'no' } }, 'error:'],
    ['an acceptance that is none', { accepted: false }, 'success:'],
  ])('refuses %s', (_, answer, problem) => {
    expect(() => readToolAnswer(answer)).toThrow(TaskFailedError);
    expect(() => readToolAnswer(answer)).toThrow(`the tool answered with something else than an answer: ${problem}`);
  });

  it('tells all problems at once', () => {
    expect(() => readToolAnswer({ error: 7 })).toThrow(/success: .*; error: /);
  });
});
