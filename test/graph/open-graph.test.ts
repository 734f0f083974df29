import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath } from '../../lib/graph/critical-path.ts';
import { openGraph } from '../../lib/graph/open-graph.ts';
import { buildTaskGraph } from '../../lib/graph/task-graph.ts';
import { width } from '../../lib/graph/width.ts';
import { acyclic } from './arbitrary-graphs.ts';
import { ancestorsOf } from './closure.ts';

describe('openGraph', () => {
  //   0 -> 1 -> 3 -> 4
  //    \-> 2 --/
  const diamond = [[], [0], [0], [1, 2], [3]];

  it('leaves tasks their numbers', () => {
    const graph = openGraph(diamond, new Set([2, 3, 4]));

    expect(graph).toMatchObject({
      size: 3,
      dependencies: [[], [], [], [2], [3]],
      dependents: [[], [], [3], [4], []],
      order: [2, 3, 4],
      sorted: { size: 3, dependencies: [[], [0], [1]] },
    });
    expect(graph.descendants(2)).toEqual([3, 4]);
    expect([graph.isAncestor(2, 4), graph.isAncestor(0, 4), graph.isAncestor(0, 1)]).toEqual([true, false, false]);
  });

  it('orders nothing by what is not open', () => {
    expect(openGraph(diamond, new Set([0, 3])).dependencies).toEqual([[], [], [], [], []]);
  });

  it('keeps a dependency that follows from others only by way of what is not open', () => {
    // 0 -> 1 -> 2 and 0 -> 2
    expect(openGraph([[], [0], [1, 0]], new Set([0, 2])).dependencies).toEqual([[], [], [0]]);
  });

  it('is measured as any graph is', () => {
    const graph = openGraph(diamond, new Set([1, 2, 4]));

    expect(width(graph)).toEqual({ tasks: 3, exact: true });
    expect(criticalPath(graph, [100, 1, 2, 100, 4])).toEqual({ seconds: 4, path: [4] });
  });

  it('is the whole graph where all are open', () => {
    fc.assert(
      fc.property(acyclic, (dependencies) => {
        const { isAncestor: _, descendants: __, sorted, ...graph } = openGraph(dependencies, new Set(dependencies.keys()));

        const whole = buildTaskGraph(dependencies);
        expect(whole).toMatchObject(graph);
        expect(whole.sorted.dependencies).toEqual(sorted.dependencies);
      }),
    );
  });

  it('has the ancestors that the dependencies between open tasks give, for any tasks of any graph', () => {
    fc.assert(
      fc.property(acyclic, fc.infiniteStream(fc.boolean()), (dependencies, coins) => {
        const open = new Set([...dependencies.keys()].filter(() => coins.next().value));

        const graph = openGraph(dependencies, open);

        const between = dependencies.map((own, task) => (open.has(task) ? own.filter((other) => open.has(other)) : []));
        const ancestors = ancestorsOf(between);
        expect([...graph.order].sort((a, b) => a - b)).toEqual([...open].sort((a, b) => a - b));
        for (const task of dependencies.keys()) {
          const least = [...new Set(between[task])].filter((other) => !between[task]!.some((middle) => ancestors[middle]!.has(other)));
          expect(graph.dependencies[task]).toEqual(least.sort((a, b) => a - b));
          expect([...dependencies.keys()].filter((other) => graph.isAncestor(other, task)).sort()).toEqual([...ancestors[task]!].sort());
        }
      }),
    );
  });
});
