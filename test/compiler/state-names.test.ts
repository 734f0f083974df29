import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonStem, StateNames } from '../../lib/compiler/state-names.ts';

describe('StateNames', () => {
  it.each([
    ['a plain name', 'Fetch data', 'Fetch data'],
    ['something that looks like an expression', '{% $x %}', '{% $x %}'],
    ['white space and control characters', ' a\n\u0000b\t', 'a b'],
    ['nothing', ' \n', 'task'],
    ['a name that objects have', '__proto__', 'task __proto__'],
    ['backslashes', 'C:\\temp\\', 'C:/temp/'],
    ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
    ['300 characters', 'x'.repeat(300), 'x'.repeat(80)],
    ['a pair where it is cut', `${'x'.repeat(79)}🚀`, 'x'.repeat(79)],
  ])('takes %s', (_, wish, name) => {
    expect(new StateNames().make(wish)).toBe(name);
  });

  it('numbers equal names', () => {
    const names = new StateNames();

    expect([names.make('a'), names.make('a'), names.make('a (2)'), names.make('a')]).toEqual(['a', 'a (2)', 'a (2) (2)', 'a (3)']);
  });

  it('keeps every name legal and unique, whatever the wishes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 120 }), { maxLength: 60 }), (wishes) => {
        const names = new StateNames();
        const made = [...wishes, ...wishes].map((wish) => names.make(wish));

        expect(new Set(made).size).toBe(made.length);
        for (const name of made) expect(name.length > 0 && name.length <= 80 && name.isWellFormed() && !(name in {})).toBe(true);
      }),
    );
  });
});

describe('commonStem', () => {
  it.each([
    [['Align sample 1', 'Align sample 2'], 'Align sample'],
    [['FASTQC_1', 'FASTQC_22'], 'FASTQC'],
    [['same', 'same'], 'same'],
    [['only'], 'only'],
    [['abc', 'xyz'], 'abc …'],
  ])('of %j is %s', (names, stem) => {
    expect(commonStem(names)).toBe(stem);
  });
});
