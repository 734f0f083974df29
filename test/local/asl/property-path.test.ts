import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { toPlainJson } from '../../../lib/local/asl/plain-json.ts';
import { COMPLEX, pathResolver, type QueryScope } from '../../../lib/local/asl/property-path.ts';

/** Keys that are hit often, some of them special in JavaScript or in JSONata. */
const KEYS = ['a', 'b', 'and', 'in', 'null', '__proto__', 'constructor', 'toString', 'length', 'sequence', 'a b', 'é'];

const anyKey = fc.constantFrom(...KEYS);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, 1, '', 'text', [], {}),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(tie('json'), { minLength: 1, maxLength: 1 }),
    fc.array(fc.tuple(anyKey, tie('json')), { maxLength: 3 }).map((entries) => JSON.parse(objectText(entries))),
  ),
}));

/** Through text, because only JSON.parse makes an own property `__proto__`. */
function objectText(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}

const step = fc.tuple(anyKey, fc.option(fc.nat({ max: 3 }), { nil: undefined }));
const pathText = fc
  .tuple(
    fc.constantFrom('$states.input', '$states.result', '$states.errorOutput', '$states.context.Part', '$var', '$none', '$sum'),
    fc.array(step, { maxLength: 4 }),
    fc.option(fc.nat({ max: 2 }), { nil: undefined }),
  )
  .map(([root, steps, index]) => `${root}${indexText(index)}${steps.map(([key, at]) => `.\`${key}\`${indexText(at)}`).join('')}`);

function indexText(index: number | undefined): string {
  return index === undefined ? '' : `[${index}]`;
}

function scopeOver(value: unknown): QueryScope {
  return {
    input: value,
    result: value,
    errorOutput: undefined,
    contextPart: (name) => (name === 'Part' ? value : undefined),
    variable: (name) => (name === 'var' ? value : undefined),
  };
}

async function askJsonata(text: string, value: unknown): Promise<unknown> {
  const answer: unknown = await jsonata(text).evaluate(undefined, {
    var: value,
    states: { input: value, result: value, context: { Part: value } },
  });
  return answer === undefined || typeof answer === 'function' ? undefined : answer;
}

describe('pathResolver', () => {
  it('answers as JSONata does, or leaves it to JSONata', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(pathText, json, async (text, value) => {
        const resolver = pathResolver(jsonata(text).ast());
        const found = resolver?.(scopeOver(value));
        fc.pre(resolver !== undefined && found !== COMPLEX);
        answered++;
        const expected = await askJsonata(text, value);
        // as text, because a key named constructor confuses comparisons of objects
        expect(JSON.stringify(found)).toBe(expected === undefined ? undefined : JSON.stringify(toPlainJson(expected)));
      }),
      { numRuns: 5_000, maxSkipsPerRun: 20 },
    );
    expect(answered).toBeGreaterThanOrEqual(5_000);
  });

  it.each([
    ['$states.context.Part.a.b', { a: { b: 1 } }, 1],
    ['$states.input', [1], [1]],
    ['$states.input[2]', [1, 2, 3], 3],
    ['$states.input[0]', 'scalar', 'scalar'],
    ['$states.input[1]', 'scalar', undefined],
    ['$states.input.`a b`', { 'a b': null }, null],
    ['$states.errorOutput', {}, undefined],
    ['$var.a', { a: [] }, []],
    ['$states.input.constructor', {}, undefined],
    ['$states.input.__proto__', {}, undefined],
    ['$states.input.__proto__', JSON.parse('{"__proto__":{"x":1}}'), { x: 1 }],
    ['$states.input.toString.length', {}, undefined],
  ])('walks %s itself', (text, value, expected) => {
    expect(pathResolver(jsonata(text).ast())?.(scopeOver(value))).toStrictEqual(expected);
  });

  it.each([
    ['$states.input.a', [{ a: 1 }, { a: 2 }]],
    ['$states.input.a.b', { a: [{ b: 1 }] }],
    ['$states.input[0].b', [[{ b: 1 }]]],
    ['$none', {}],
    ['$none.a', {}],
  ])('leaves %s to JSONata where an array is on the way or nothing is set', (text, value) => {
    expect(pathResolver(jsonata(text).ast())?.(scopeOver(value))).toBe(COMPLEX);
  });

  it.each([
    '$states',
    '$states.context',
    '$states.context.Part[0]',
    '$states.other',
    '$',
    '$$.a',
    'a.b',
    '$states.input.*',
    '$states.input.**',
    '$states.input[-1]',
    '$states.input[0.5]',
    '$states.input[a=1]',
    '$states.input[0][1]',
    '$states.input.a[]',
    '$states.input^(a)',
    '$states.input{"k": a}',
    '$states.input@$x.a',
    '$states.input#$i.a',
    '$states.input.(a)',
    '$states.input.$uppercase(a)',
    '$var[0]',
    '($var)',
    '$var & ""',
    '$sum($var)',
  ])('does not touch %s', (text) => {
    expect(pathResolver(jsonata(text).ast())).toBeUndefined();
  });
});
