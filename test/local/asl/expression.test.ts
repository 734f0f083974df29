import { describe, expect, it } from 'vitest';
import { expressionText } from '../../../lib/local/asl/expression.ts';
import type { ExecutionDescription } from '../../../lib/local/asl/local-step-functions.ts';
import { harness, only, START_MS } from './harness.ts';

const evaluate = (expression: string, input?: unknown): Promise<ExecutionDescription> =>
  harness({ random: () => 0.25 }).run(only({ Type: 'Pass', Output: `{% ${expression} %}` }), input);

describe('expressionText', () => {
  it.each([
    ['{% $x %}', '$x'],
    ['{%$x%}', '$x'],
    ['{%%}', ''],
    ['{%}', undefined],
    [' {% $x %}', undefined],
    ['{% $x %} ', undefined],
    ['$x', undefined],
  ])('of %j is %j', (text, expected) => {
    expect(expressionText(text)).toBe(expected);
  });
});

describe('an expression', () => {
  it.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$hash("abc", "MD5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$hash("abc", "SHA-256")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$parse("{\\"a\\":[1]}")', { a: [1] }],
    ['$random()', 0.25],
    ['$random(7) = $random(7)', true],
    ['$uuid()', 'id-2'],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ['$now("[Y]")', '2026'],
    ['$millis()', START_MS],
  ])('%s gives %j', async (expression, expected) => {
    expect((await evaluate(expression)).output).toEqual(expected);
  });

  it.each([
    ['$states.input.nope', 'returned nothing'],
    ['1 + "x"', 'right side'],
    ['$sum', 'a function'],
    ['{"f": function($x) { $x }}', 'a function'],
    ['$eval("1")', 'non-function'],
    ['$hash("a", "CRC")', '$hash knows'],
    ['$partition([1], 0)', 'positive integer'],
    ['$range(1, 2, 0)', 'must not be 0'],
    ['$range(0, 10000000, 1)', 'at most'],
    ['$parse("{")', 'JSON'],
    ['$error("mine")', 'mine'],
  ])('%s fails the state with States.QueryEvaluationError', async (expression, reason) => {
    const { error, cause } = await evaluate(expression);

    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(reason);
  });

  it('that is undefined says where it stands, as AWS words it', async () => {
    const { cause } = await harness().run(only({ Type: 'Pass', Output: { list: [1, { deep: '{% $states.input.nope %}' }] } }));

    expect(cause).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.nope' specified for the field 'Output/list/1/deep' returned nothing (undefined).",
    );
  });

  it.each([
    ['loops for ever', '($f := function($x){ $f($x + 1) }; $f(0))', { evaluationSteps: 10_000 }],
    ['recurses for ever', '($f := function($x){ 1 + $f($x + 1) }; $f(0))', { evaluationDepth: 500 }],
    ['takes too long', '$map([1..100000], function($i){ $i })', { evaluationMs: 0.5 }],
  ])('that %s fails, and the next one is none the worse', async (_what, expression, limits) => {
    const { run } = harness({ limits });

    expect((await run(only({ Type: 'Pass', Output: `{% ${expression} %}` }))).error).toBe('States.QueryEvaluationError');
    expect((await run(only({ Type: 'Pass', Output: '{% 1 + 1 %}' }))).output).toBe(2);
  });

  it('sees $states as documented', async () => {
    const { run } = harness({ functions: { f: () => 'payload' } });
    const show = '{% $states %}';
    const machine = {
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' }, Output: show, End: true },
      },
    };

    const { output } = await run(machine, { n: 1 });

    expect(output).toEqual({
      input: { n: 1 },
      result: { ExecutedVersion: '$LATEST', Payload: 'payload', StatusCode: 200 },
      context: {
        Execution: {
          Id: 'arn:aws:states:us-east-1:000000000000:execution:machine-1:e',
          Input: { n: 1 },
          Name: 'e',
          RedriveCount: 0,
          RoleArn: expect.any(String),
          StartTime: '2026-01-01T00:00:00.000Z',
        },
        State: { EnteredTime: '2026-01-01T00:00:00.000Z', Name: 'A', RetryCount: 0 },
        StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine-1', Name: 'machine-1' },
      },
    });
  });

  it('gives the same by a path and by JSONata', async () => {
    const parts = ['Execution', 'State', 'StateMachine'];
    const Output = parts.map((part) => [`{% $states.context.${part} %}`, `{% ($states.context.${part}) %}`]);

    const { output } = await harness().run(only({ Type: 'Pass', Output }), { n: 1 });

    for (const [byPath, byJsonata] of output as [unknown, unknown][]) expect(byPath).toEqual(byJsonata);
  });

  it('never evaluates text of the input', async () => {
    const { output } = await harness().run(only({ Type: 'Pass', Output: ['{% $states.input %}', '{% $states.input.a & "" %}'] }), {
      a: '{% 1 + 1 %}',
    });

    expect(output).toEqual([{ a: '{% 1 + 1 %}' }, '{% 1 + 1 %}']);
  });

  it('gives arrays without the marks of JSONata, so that later ones see plain arrays', async () => {
    const machine = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Output: { found: '{% $states.input.list[$ > 1] %}', kept: '{% $states.input.list[$ > 2][] %}' }, Next: 'B' },
        B: { Type: 'Pass', Output: '{% {"found": $count($states.input.found), "kept": $states.input.kept} %}', End: true },
      },
    };

    expect((await harness().run(machine, { list: [1, 2, 3] })).output).toEqual({ found: 2, kept: [3] });
  });
});
