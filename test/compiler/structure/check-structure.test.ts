import { describe, expect, it } from 'vitest';
import type { Structure } from '../../../lib/compiler/structure/structure.ts';
import { checkStructure } from './check-structure.ts';

const task = (ordinal: number, ...gate: number[]): Structure => ({ kind: 'task', task: ordinal, gate });
const series = (...parts: Structure[]): Structure => ({ kind: 'series', parts });
const parallel = (...parts: Structure[]): Structure => ({ kind: 'parallel', parts });

describe('checkStructure', () => {
  // 0   1
  // | \ |
  // 2   3
  const dependencies = [[], [], [0], [0, 1]];
  const seconds = [5, 1, 1, 1];
  const check = (structure: Structure) => () => checkStructure(dependencies, seconds, structure);

  it('counts states, gates and nesting of a right structure', () => {
    expect(check(parallel(series(task(0), task(2)), series(task(1), task(3, 0))))()).toEqual({ states: 6, gated: 1, nesting: 1 });
  });

  it.each<[string, Structure]>([
    ['task 3 is missing', parallel(series(task(0), task(2)), task(1))],
    ['task 2 is there twice', parallel(series(task(0), task(2)), series(task(1), task(3, 0)), task(2, 0))],
    ['false barrier before task 2', series(parallel(task(0), task(1)), parallel(task(2), task(3)))],
    ['false barrier before task 1', series(task(0), parallel(task(2), series(task(1), task(3))))],
    ['task 3 does not wait for 0', parallel(series(task(0), task(2)), series(task(1), task(3)))],
    ['the gate of task 2 waits for 1, no dependency', parallel(series(task(0), task(2, 1)), series(task(1), task(3, 0)))],
    ['the gate of task 3 waits for 1, which the structure holds', parallel(series(task(0), task(2)), series(task(1), task(3, 0, 1)))],
    ['a series of fewer than two parts', parallel(series(task(0)), task(1), task(2, 0), task(3, 0, 1))],
    ['a parallel directly in a parallel', parallel(parallel(task(0), task(1)), task(2, 0), task(3, 0, 1))],
  ])('finds that %s', (message, structure) => {
    expect(check(structure)).toThrow(message);
  });
});
