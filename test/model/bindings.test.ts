import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindValue, escapeTemplate, followPath, parseReference, parseTemplate } from '../../lib/model/bindings.ts';
import { MissingOutputError } from '../../lib/model/errors.ts';
import type { JsonValue } from '../../lib/model/json.ts';

describe('parseTemplate', () => {
  it.each([
    ['plain', [{ literal: 'plain' }]],
    ['{{a.b}}', [{ reference: 'a.b' }]],
    ['{{ a.b }}', [{ reference: 'a.b' }]],
    ['x {{a}} y {{b}}', [{ literal: 'x ' }, { reference: 'a' }, { literal: ' y ' }, { reference: 'b' }]],
    ['\\{{a}}', [{ literal: '{{a}}' }]],
    ['\\\\{{a}}', [{ literal: '\\{{a}}' }]],
    ['{{a}}\\{{b}}', [{ reference: 'a' }, { literal: '{{b}}' }]],
    ['} }} {', [{ literal: '} }} {' }]],
    ['', []],
  ])('reads %j', (text, parts) => {
    expect(parseTemplate(text)).toEqual(parts);
  });

  it.each(['{{', 'a {{b', '{{}}', '{{  }}'])('refuses %j', (text) => {
    expect(() => parseTemplate(text)).toThrow(expect.objectContaining({ name: 'BindingSyntaxError' }));
  });

  it('gives any escaped text back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '\\', 'a', '.') }), (text) => {
        expect(bindValue(escapeTemplate(text), () => null)).toBe(text);
      }),
    );
  });
});

describe('parseReference', () => {
  const names = {
    byId: new Map([
      ['a', 0],
      ['a.b', 1],
      ['x[0]', 2],
      ['Fetch', 3],
    ]),
    byName: new Map([
      ['Fetch', [0]],
      ['Load data', [1]],
      ['same', [0, 1]],
    ]),
  };

  it.each([
    ['a', 0, []],
    ['a.c', 0, ['c']],
    ['a.b', 1, []],
    ['a.b.c', 1, ['c']],
    ['a.bc', 0, ['bc']],
    ['x[0]', 2, []],
    ['x[0][1]', 2, [1]],
    ['a["k.]x"].y[12]', 0, ['k.]x', 'y', 12]],
    ['Load data.rows', 1, ['rows']],
    ['Fetch.x', 3, ['x']],
    ['context.user', 'context', ['user']],
    ['context', 'context', []],
  ])('reads %j', (text, source, path) => {
    expect(parseReference(text, names)).toEqual({ text, source, path });
  });

  it.each(['nobody.x', 'same.x', 'a.', 'a..b', 'a[', 'a[x]', 'a[-1]', 'a["x]', 'contexts.x'])('refuses %j', (text) => {
    expect(() => parseReference(text, names)).toThrow(/./);
  });
});

describe('bindValue', () => {
  const values: Record<string, JsonValue> = { n: 3, list: [1, { x: null }], text: 'hi', no: null };
  const bind = (template: JsonValue) => bindValue(template, (reference) => values[reference]!);

  it('keeps the type of what is one binding, and writes into text', () => {
    expect(bind({ a: '{{n}}', b: ['{{list}}'], c: '{{text}}-{{n}}-{{list}}-{{no}}', d: 7 })).toEqual({
      a: 3,
      b: [[1, { x: null }]],
      c: 'hi-3-[1,{"x":null}]-null',
      d: 7,
    });
  });

  it('does not read bindings in what it inserted', () => {
    expect(bindValue('{{a}} {{b}}', (reference) => (reference === 'a' ? '{{b}}' : 'B'))).toBe('{{b}} B');
  });

  it('copies a template without bindings: nothing is shared with it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const template = json as JsonValue;
        fc.pre(!JSON.stringify(template).includes('{{'));
        const bound = bind(template);
        expect(bound).toEqual(template);
        if (typeof template === 'object' && template !== null) expect(bound).not.toBe(template);
      }),
    );
  });

  it('keeps keys that objects have', () => {
    const template = JSON.parse('{"__proto__": "{{n}}", "constructor": "{{n}}"}') as JsonValue;

    expect(JSON.stringify(bind(template))).toBe('{"__proto__":3,"constructor":3}');
  });
});

describe('followPath', () => {
  const value = { rows: [{ id: 7 }], 'a.b': 1, empty: {} };

  it('follows keys and places', () => {
    expect(followPath(value, ['rows', 0, 'id'], 't.rows[0].id', 'task t')).toBe(7);
    expect(followPath(value, ['a.b'], '', '')).toBe(1);
    expect(followPath(value, [], '', '')).toBe(value);
  });

  it.each([
    [['row'], /\{\{x\}\} has no value: task t has no "row"; there are rows, a\.b, empty; did you mean "rows"\?$/],
    [['other'], /there are rows, a\.b, empty$/],
    [['rows', 1], /a list of 1/],
    [['rows', 'length'], /a list of 1/],
    [['empty', 'x'], /no keys/],
    [['a.b', 'x'], /a number/],
    [['constructor'], /no "constructor"/],
    [['__proto__'], /no "__proto__"/],
  ])('says what there is where %j leads nowhere', (path, message) => {
    const follow = () => followPath(value, path, 'x', 'task t');

    expect(follow).toThrow(MissingOutputError);
    expect(follow).toThrow(message);
  });
});
