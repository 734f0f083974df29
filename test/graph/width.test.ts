import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTaskGraph, type TaskGraph } from '../../lib/graph/task-graph.ts';
import { width } from '../../lib/graph/width.ts';
import { acyclic } from './arbitrary-graphs.ts';

/** The largest set of tasks none of which is an ancestor of another, by trying all. */
function largestAntichain(graph: TaskGraph): number {
  const grow = (candidates: readonly number[]): number => {
    const [first, ...rest] = candidates;
    if (first === undefined) return 0;
    const independent = rest.filter((task) => !graph.isAncestor(first, task) && !graph.isAncestor(task, first));
    const withFirst = 1 + grow(independent);
    return independent.length === rest.length ? withFirst : Math.max(withFirst, grow(rest));
  };
  return grow(graph.order);
}

describe('width', () => {
  it('is wider than any level where the antichain lies across levels', () => {
    //   0 -> 1 -> 2
    //   3 -> 4, 5, 6      2, 4, 5, 6 can run at once
    const graph = buildTaskGraph([[], [0], [1], [], [3], [3], [3]]);

    expect(width(graph)).toEqual({ tasks: 4, exact: true });
  });

  it('sees that chains may share tasks', () => {
    //   0   1
    //    \ /
    //     2
    //    / \
    //   3   4
    const graph = buildTaskGraph([[], [], [0, 1], [2], [2]]);

    expect(width(graph)).toEqual({ tasks: 2, exact: true });
  });

  it('is 0 without tasks', () => {
    expect(width(buildTaskGraph([]))).toEqual({ tasks: 0, exact: true });
  });

  it('is the largest antichain of any graph', () => {
    fc.assert(
      fc.property(acyclic, (dependencies) => {
        const graph = buildTaskGraph(dependencies);

        expect(width(graph)).toEqual({ tasks: largestAntichain(graph), exact: true });
      }),
    );
  });

  it('without work to do is a number of tasks that can run at once, and claims no more than it knows', () => {
    fc.assert(
      fc.property(acyclic, (dependencies) => {
        const graph = buildTaskGraph(dependencies);
        const { tasks, exact } = width(graph, 0);

        const largest = largestAntichain(graph);
        if (exact) expect(tasks).toBe(largest);
        else expect(tasks).toBeLessThanOrEqual(largest);
      }),
    );
  });
});
