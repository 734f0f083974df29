import { describe, expect, it } from 'vitest';
import { harness, map, only, parallel } from './harness.ts';

const pass = (fields: object): object => ({ Type: 'Pass', ...fields });

describe('Assign', () => {
  it('evaluates all on the variables as they were when the state began, Output too', async () => {
    const { output } = await harness().run({
      StartAt: 'A',
      States: {
        A: pass({ Assign: { x: 1, y: 2 }, Next: 'B' }),
        B: pass({ Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'C' }),
        C: pass({ Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'], End: true }),
      },
    });

    expect(output).toEqual([1, 2, 1]);
  });

  it('keeps null and objects, and is read by dotted paths', async () => {
    const { output } = await harness().run({
      StartAt: 'A',
      States: {
        A: pass({ Assign: { order: { id: 7, lines: [{ n: 1 }, { n: 2 }] }, none: null }, Next: 'B' }),
        B: pass({ Output: ['{% $order.id %}', '{% $order.lines.n %}', '{% $order.lines[1].n %}', '{% $none %}'], End: true }),
      },
    });

    expect(output).toEqual([7, [1, 2], 2, null]);
  });

  it('is read inside branches and iterations, which keep their own to themselves', async () => {
    const inside = pass({ Assign: { inner: '{% $outer & "!" %}' }, Output: '{% $outer %}' });
    const { output } = await harness().run({
      StartAt: 'A',
      States: {
        A: pass({ Assign: { outer: 'o' }, Next: 'P' }),
        P: {
          ...parallel([inside, map([1, 2], pass({ Assign: { item: '{% $outer & $states.input %}' }, Output: '{% $outer %}' }))]),
          Next: 'Z',
        },
        Z: pass({ Output: { result: '{% $states.input %}', leaked: '{% $exists($inner) or $exists($item) %}' }, End: true }),
      },
    });

    expect(output).toEqual({ result: ['o', ['o', 'o']], leaked: false });
  });

  it('of a choice rule counts only where the rule is taken, that of the state only for Default', async () => {
    const machine = {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input = 1 %}', Assign: { way: 'rule' }, Output: 'from rule', Next: 'B' },
            { Condition: '{% $states.input = 2 %}', Next: 'B' },
          ],
          Default: 'B',
          Assign: { way: 'default' },
          Output: 'from default',
        },
        B: pass({ Output: ['{% $exists($way) ? $way : "none" %}', '{% $states.input %}'], End: true }),
      },
    };

    expect((await harness().run(machine, 1)).output).toEqual(['rule', 'from rule']);
    expect((await harness().run(machine, 2)).output).toEqual(['none', 2]);
    expect((await harness().run(machine, 3)).output).toEqual(['default', 'from default']);
  });

  it('leaves no variable set where one of them fails', async () => {
    const { run } = harness();

    expect((await run(only(pass({ Assign: { a: 1, b: '{% $nope %}' } })))).error).toBe('States.QueryEvaluationError');
  });
});
