import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CycleError } from '../../lib/graph/errors.ts';
import { findCycle } from '../../lib/graph/find-cycle.ts';
import { buildTaskGraph } from '../../lib/graph/task-graph.ts';
import { acyclic } from './arbitrary-graphs.ts';

describe('findCycle', () => {
  // 0 -> 3 -> 1 -> 2 -> 3
  const cyclic = [[], [3], [1], [2, 0]];

  it('finds the tasks of a cycle, each a dependency of the next, from the smallest number on', () => {
    expect(findCycle(cyclic)).toEqual([1, 2, 3]);
  });

  it('finds a task that waits for itself', () => {
    expect(findCycle([[], [0, 1]])).toEqual([1]);
  });

  it('finds none in an acyclic graph, and every one that a dependency closes', () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), (dependencies, dice) => {
        expect(findCycle(dependencies)).toBeUndefined();

        const task = dice % dependencies.length;
        const graph = buildTaskGraph(dependencies);
        const last = graph.descendants(task).at(-1) ?? task;
        const closed = dependencies.map((own, other) => (other === task ? [...own, last] : own));
        const cycle = findCycle(closed)!;
        expect(cycle).toContain(task);
        cycle.forEach((other, i) => {
          expect(closed[cycle[(i + 1) % cycle.length]!]).toContain(other);
        });
      }),
    );
  });

  it('does not recurse: a cycle of 100,000 tasks', () => {
    expect(findCycle(Array.from({ length: 100_000 }, (_, task) => [(task + 1) % 100_000]))).toHaveLength(100_000);
  });

  it('is what buildTaskGraph throws', () => {
    expect(() => buildTaskGraph(cyclic)).toThrow(new CycleError([1, 2, 3]));
    expect(new CycleError([1, 2, 3])).toMatchObject({ name: 'CycleError', message: 'The tasks form a cycle: 1 -> 2 -> 3 -> 1' });
  });
});
