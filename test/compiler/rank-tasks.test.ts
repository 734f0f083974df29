import { describe, expect, it } from 'vitest';
import { rankTasks } from '../../lib/compiler/rank-tasks.ts';

describe('rankTasks', () => {
  it.each([
    ['turn', [1, 0], [9, 0], [9, 0]],
    ['priority within a turn', [1, 1], [0, 1], [9, 0]],
    ['remaining time within a priority', [1, 1], [1, 1], [0, 9]],
  ])('goes by %s', (_, turns, priorities, remainingSec) => {
    expect(rankTasks(turns, priorities, remainingSec)).toEqual([1, 0]);
  });

  it('goes by plan order where nothing else tells', () => {
    expect(rankTasks([1, 1, 1], [0, 0, 0], [5, 5, 5])).toEqual([0, 1, 2]);
  });
});
