import fc from 'fast-check';
import jsonata from 'jsonata';
import { expect, it, test } from 'vitest';
import { plainPath } from '../../../lib/local/asl/plain-path.ts';

function jsonatasOwn(text: string): unknown {
  return JSON.parse(JSON.stringify(jsonata(text).ast(), (key, value: unknown) => (key === 'position' ? undefined : value)));
}

test.each(['$states.input.run_id', '$states.context.Map.Item.Value', '$order', '$states', '$_a.b_1.C', '$in', '$and.a', '$function.a'])(
  'the tree of %s is that of JSONata',
  (text) => {
    expect(plainPath(text)).toEqual(jsonatasOwn(text));
  },
);

test.each([
  '',
  '$',
  '$$',
  '$$.a',
  'a.b',
  '$a.',
  '$a..b',
  '$a.1',
  '$a[0]',
  '$a .b',
  '$a.`b`',
  '$a.*',
  '$a.%',
  '$a.b-c',
  '$a()',
  '$1.a',
  '$a.é',
])('%j is left to JSONata', (text) => {
  expect(plainPath(text)).toBeUndefined();
});

it('takes nothing that JSONata reads in another way', () => {
  const word = fc.constantFrom(
    'a',
    'and',
    'or',
    'in',
    'true',
    'false',
    'null',
    'function',
    'states',
    'e1',
    '_',
    'λ',
    'constructor',
    '__proto__',
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom('.', '..', ' . ', ' '), (words, between) => {
      const text = `$${words.join(between)}`;
      const tree = plainPath(text);
      if (tree !== undefined) expect(tree).toEqual(jsonatasOwn(text));
    }),
  );
});
