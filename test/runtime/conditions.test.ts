import { describe, expect, it } from 'vitest';
import { loadedWhenAsked } from '../../lib/runtime/conditions.ts';
import { CONDITION_LIMITS } from '../../lib/runtime/evaluate-condition.ts';
import { jsonataCondition } from '../../lib/runtime/jsonata-condition.ts';
import { isPlainCondition } from '../../lib/runtime/plain-condition.ts';

const outputs = { count: 3, name: 'x', list: [1, 2], nested: { ok: true } };
const ask = (text: string) => loadedWhenAsked(text, { outputs, context: { user: 'u' } });

describe('a condition', () => {
  it.each([
    ['outputs.count > 2', true],
    ['outputs.count > 3', false],
    ['outputs.nested.ok and context.user = "u"', true],
    ['outputs.missing', false],
    ['outputs.missing > 3', false],
    ['outputs.list', true],
    ['outputs.list[$ > 1]', true],
    ['outputs.list[$ > 2]', false],
    ['$count(outputs.list) = 2', true],
    ['outputs.name', true],
    ['""', false],
    ['0', false],
    ['null', false],
    ['[]', false],
    ['{}', false],
    ['$exists(outputs.count)', true],
    ['outputs.name ~> /^x$/', true],
    ['($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(5) = 120)', true],
  ])('%s is %j', async (text, holds) => {
    expect(await ask(text)).toEqual({ holds });
  });

  it.each([
    ['outputs.name > 3', /must evaluate to numeric or string|compar|same data type/],
    ['$eval("1")', /non-function/],
    ['$now()', /non-function/],
    ['$random()', /non-function/],
    ['$error("no")', /no/],
    ['$unknown()', /non-function/],
    ['$number("x")', /number/],
  ])('%s fails', async (text, message) => {
    expect(await ask(text)).toEqual({ error: expect.stringMatching(message) });
  });

  it.each([
    '$number(outputs.name)',
    'outputs.name < 3 and $sqrt(-7654321) > 1',
    '$sqrt(-outputs.count * 7654321) > 1',
    'outputs.name = 1 or outputs.name < 1',
    '$count(outputs.list^($)) > 0',
    '{outputs.count: 1}.x = 1',
  ])('%s fails without a word of the data', async (text) => {
    const secret = { outputs: { name: 's3cret', count: 1, list: ['s3cret', 1] }, context: {} };

    const answer = await jsonataCondition(text, secret);

    expect(answer).toEqual({ error: expect.stringMatching(/…|must|same/) });
    expect(JSON.stringify(answer)).not.toMatch(/s3cret|7654321/);
  });

  it.each([
    '$$.constructor',
    'outputs.constructor',
    '$lookup($, "__proto__")',
    '$sum.constructor',
    'process',
    '$process',
    'globalThis',
    '$env',
  ])('sees nothing but its input: %s is nothing', async (text) => {
    expect(await ask(text)).toEqual({ holds: false });
  });

  it('changes nothing for those after it', async () => {
    await ask('($count := 7; $sum := function() { 1 }; $$ ~> |$|{"outputs": 1}|)');

    expect(await ask('$sum([1, 2]) = 3 and outputs.count = 3 and $not($exists($count([])) = false)')).toEqual({ holds: true });
  });
});

describe('a plain condition', () => {
  it.each(['outputs.a.b[0] > 3 and $exists(outputs.x)', '(outputs."a b"[-1]) in ["a", null]', '-$.outputs.a + 1 = $count($$.context.x)'])(
    'compares values: %s',
    (text) => {
      expect(isPlainCondition(text)).toBe(true);
    },
  );

  it.each([
    'outputs.a & "x"',
    'outputs.a[x = 1]',
    'outputs.a.(b)',
    'outputs.*',
    'outputs.**',
    'outputs.a{x: 1}',
    'outputs.a^(x)',
    'outputs@$o.a',
    'outputs.a#$i',
    '[1..5]',
    '$f()',
    '$eval("1")',
    '$map(outputs.a, $f)',
    '($a := 1; $a)',
    '/a/',
    '$string(outputs)',
    'outputs ~> |a|{}|',
    'function() { 1 }',
    '{"a": 1}',
    'outputs.',
  ])('does nothing more: %s', (text) => {
    expect(isPlainCondition(text)).toBe(false);
  });
});

describe('a condition that would not end', () => {
  it.each([
    ['a loop', '($f := function() { $f() }; $f())'],
    ['a deep recursion', '($f := function($n) { 1 + $f($n + 1) }; $f(0))'],
    ['recursion without depth', '($f := function($n) { $f($n + 1) }; $f(0))'],
    ['a huge range', '$sum([1..1000000000])'],
    ['the largest range there is', '$count([1..10000000].([1..10000000]))'],
    ['doubling of a string', '($f := function($s) { $f($s & $s) }; $f("xxxxxxxx"))'],
    ['doubling of a list', '($f := function($l) { $f($append($l, $l)) }; $f([1,2]))'],
    ['padding', '$length($pad("x", 1000000000)) > 0'],
    ['splitting a padded string', '$count($split($pad("x", 100000000), "")) > 0'],
    ['a catastrophic regular expression', '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)'],
    ['a product of lists', '[1..1000].([1..1000].([1..1000]))'],
    ['sorting by a loop', '$sort([1..100000], function($a, $b) { $sum([1..10000]) > 0 })'],
  ])('as %s fails within its time, and the next one is asked', async (_, text) => {
    const before = performance.now();

    const answer = await ask(text);

    expect(answer).toHaveProperty('error');
    expect(performance.now() - before).toBeLessThan(CONDITION_LIMITS.ms + 500);
    expect(await ask('outputs.count = 3')).toEqual({ holds: true });
  });
});
