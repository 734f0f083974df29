import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/model/parse-json.ts';

function pathsOf(text: string): string[] {
  const parsed = parseJson(text);
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
}

describe('parseJson', () => {
  it('reads JSON, with a byte order mark or without', () => {
    expect(parseJson('\ufeff{"a": [1]}')).toEqual({ ok: true, value: { a: [1] } });
  });

  it.each([
    ['', /empty/],
    [' \n', /empty/],
    ['{"a": NaN}', /not JSON/],
    ['{"a": 1,}', /not JSON/],
  ])('says what is wrong with %j', (text, message) => {
    const parsed = parseJson(text);

    expect(parsed).toMatchObject({ ok: false, problems: [{ code: 'E5600', path: '$', message: expect.stringMatching(message) }] });
  });

  it('names each key that an object has more than once', () => {
    expect(pathsOf('{"a": 1, "b": {"x": 1, "x": 2}, "a": 3}')).toEqual(['$.b.x', '$.a']);
    expect(pathsOf('{"tasks": [{}, {"task_id": "a", "task_id": "b"}]}')).toEqual(['$.tasks[1].task_id']);
    expect(pathsOf('{"__proto__": 1, "__proto__": 2}')).toEqual(['$.__proto__']);
  });

  it('sees through escapes, and does not take text for keys', () => {
    expect(pathsOf('{"\\u0061": 1, "a": 2}')).toEqual(['$.a']);
    expect(pathsOf('{"a\\\\": "a", "b": "\\",\\"b\\":", "c": ["b", "b"], "d": [{"b": 1}, {"b": 1}]}')).toEqual([]);
  });

  it('finds nothing in what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseJson(JSON.stringify(value, null, 1)).ok).toBe(true);
      }),
    );
  });

  it('is not bothered by depth', () => {
    expect(parseJson(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`).ok).toBe(true);
  });
});
