import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath, longestRemaining } from '../../lib/graph/critical-path.ts';
import { buildTaskGraph } from '../../lib/graph/task-graph.ts';
import { acyclic } from './arbitrary-graphs.ts';

describe('criticalPath', () => {
  //   0 (2 s) -> 1 (5 s) -> 3 (1 s)
  //          \-> 2 (4 s) --/          4 (7 s)
  const graph = buildTaskGraph([[], [0], [0], [1, 2], []]);
  const seconds = [2, 5, 4, 1, 7];

  it('takes the longest way', () => {
    expect(criticalPath(graph, seconds)).toEqual({ seconds: 8, path: [0, 1, 3] });
  });

  it('tells for every task how long the way from it to the end is', () => {
    expect(longestRemaining(graph, seconds)).toEqual([8, 6, 5, 1, 7]);
  });

  it('takes no time without tasks', () => {
    expect(criticalPath(buildTaskGraph([]), [])).toEqual({ seconds: 0, path: [] });
  });

  it('is a path of the graph, takes its seconds, and no task has a longer way', () => {
    fc.assert(
      fc.property(acyclic, fc.array(fc.nat(20), { minLength: 200, maxLength: 200 }), (dependencies, dice) => {
        const durations = dependencies.map((_, task) => dice[task % dice.length]!);
        const built = buildTaskGraph(dependencies);
        const longest = criticalPath(built, durations);

        const memo = new Map<number, number>();
        const end = (task: number): number => {
          let known = memo.get(task);
          if (known === undefined) {
            known = durations[task]! + Math.max(0, ...dependencies[task]!.map(end));
            memo.set(task, known);
          }
          return known;
        };
        expect(longest.seconds).toBe(Math.max(...dependencies.map((_, task) => end(task))));
        expect(longest.path.reduce((sum, task) => sum + durations[task]!, 0)).toBe(longest.seconds);
        longest.path.slice(1).forEach((task, i) => {
          expect(dependencies[task]).toContain(longest.path[i]);
        });
      }),
    );
  });
});
