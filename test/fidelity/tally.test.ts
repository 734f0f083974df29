import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tally } from './tally.ts';

const named = { row: 'success', id: 'a plan' };
const difference = { where: 'a state', local: 'entered', oracle: 'not entered' };

describe('a comparison that has differed', () => {
  const told = vi.spyOn(console, 'error');
  beforeEach(() => void told.mockImplementation(() => {}));
  afterEach(() => void told.mockReset());

  it.each([
    ['counts as a difference where it does so again', difference, 1, 'differs'],
    ['counts as none where it does not, and that is told', undefined, 0, 'does not differ'],
  ])('%s', (_, again, differences, words) => {
    const tally = new Tally();

    tally.tell(named, difference);
    tally.addRepeated(named, { difference: again });

    expect(tally).toMatchObject({ compared: 1, differences });
    expect(told.mock.calls.flat()).toEqual([
      expect.stringContaining('success, a plan differs in a state'),
      `\nsuccess, a plan ${words} when it is repeated alone`,
    ]);
  });
});
