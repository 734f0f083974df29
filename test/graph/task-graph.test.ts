import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTaskGraph } from '../../lib/graph/task-graph.ts';
import { acyclic } from './arbitrary-graphs.ts';
import { ancestorsOf } from './closure.ts';

describe('buildTaskGraph', () => {
  //   0 -> 1 -> 3      0 -> 3 follows from the others
  //    \-> 2 --/
  const diamond = [[], [0, 0], [0], [2, 0, 1, 2]];

  it('leaves out what follows from others, and duplicates', () => {
    const graph = buildTaskGraph(diamond);

    expect(graph.dependencies).toEqual([[], [0], [0], [1, 2]]);
    expect(graph.dependents).toEqual([[1, 2], [3], [3], []]);
  });

  it('knows ancestors and descendants', () => {
    const graph = buildTaskGraph(diamond);

    expect([graph.isAncestor(0, 3), graph.isAncestor(1, 2), graph.isAncestor(3, 0), graph.isAncestor(0, 0)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(graph.descendants(0)).toEqual([1, 2, 3]);
    expect(graph.descendants(3)).toEqual([]);
  });

  it('numbers the sorted graph by the place in the order', () => {
    const { order, sorted } = buildTaskGraph([[2], [0], []]);

    expect(order).toEqual([2, 0, 1]);
    expect(sorted.dependencies).toEqual([[], [0], [1]]);
    expect(sorted.dependents).toEqual([[1], [2], []]);
    expect(sorted.isAncestor(0, 2)).toBe(true);
  });

  it('takes no tasks at all', () => {
    expect(buildTaskGraph([])).toMatchObject({ size: 0, dependencies: [], order: [] });
  });

  it('keeps the order, the ancestors and the least set of dependencies of any graph', () => {
    fc.assert(
      fc.property(acyclic, (dependencies) => {
        const graph = buildTaskGraph(dependencies);
        const ancestors = ancestorsOf(dependencies);

        const place = dependencies.map((_, task) => graph.order.indexOf(task));
        dependencies.forEach((own, task) => {
          expect(own.every((other) => place[other]! < place[task]!)).toBe(true);
          const least = [...new Set(own)].filter((other) => !own.some((between) => ancestors[between]!.has(other)));
          expect(graph.dependencies[task]).toEqual(least.sort((a, b) => a - b));
          expect(dependencies.map((_, other) => other).filter((other) => graph.isAncestor(other, task))).toEqual(
            [...ancestors[task]!].sort((a, b) => a - b),
          );
          expect(graph.descendants(task)).toEqual(dependencies.map((_, other) => other).filter((other) => ancestors[other]!.has(task)));
        });
      }),
    );
  });
});

describe('ancestors of many tasks', () => {
  it('knows them across pages, where rows differ, share pages and are full', () => {
    // two rows of 3,000 tasks each; now and then one waits for the other
    const dependencies = Array.from({ length: 6000 }, (_, task) => {
      if (task < 2) return [];
      return task % 1500 === 0 ? [task - 2, task - 1] : [task - 2];
    });
    const graph = buildTaskGraph(dependencies);

    for (let task = 0; task < 6000; task += 7) {
      const ancestors = new Set(dependencies[task]);
      for (const other of ancestors) for (const next of dependencies[other]!) ancestors.add(next);
      for (let other = 0; other < 6000; other += 11) {
        if (graph.isAncestor(other, task) !== ancestors.has(other)) expect.fail(`isAncestor(${other}, ${task})`);
      }
    }
  });

  it('builds a chain of 100,000 tasks', () => {
    const graph = buildTaskGraph(Array.from({ length: 100_000 }, (_, task) => (task > 0 ? [task - 1] : [])));

    expect([graph.isAncestor(0, 99_999), graph.isAncestor(99_999, 0), graph.isAncestor(50_000, 50_001)]).toEqual([true, false, true]);
  });
});
