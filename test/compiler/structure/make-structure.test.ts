import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NESTING_MAX } from '../../../lib/compiler/structure/decompose.ts';
import { makeStructure } from '../../../lib/compiler/structure/make-structure.ts';
import type { Structure } from '../../../lib/compiler/structure/structure.ts';
import { buildTaskGraph } from '../../../lib/graph/task-graph.ts';
import { acyclic, seriesParallel } from '../../graph/arbitrary-graphs.ts';
import { checkStructure } from './check-structure.ts';

/** `a b` is a series, `(a | b)` a parallel, `c<a,b` a task whose gate waits for a and b. */
function show(node: Structure): string {
  if (node.kind === 'task') return node.gate.length > 0 ? `${node.task}<${node.gate.join()}` : `${node.task}`;
  if (node.kind === 'series') return node.parts.map(show).join(' ');
  return `(${node.parts.map(show).sort().join(' | ')})`;
}

const structureOf = (dependencies: number[][]): string => show(makeStructure(buildTaskGraph(dependencies)));

describe('makeStructure', () => {
  it('takes no empty graph', () => {
    expect(() => makeStructure(buildTaskGraph([]))).toThrow(RangeError);
  });

  it('takes a single task', () => {
    expect(structureOf([[]])).toBe('0');
  });

  it('puts a chain in series, whatever its numbers', () => {
    // 2 -> 0 -> 1
    expect(structureOf([[2], [0], []])).toBe('2 0 1');
  });

  it('puts independent tasks in parallel', () => {
    expect(structureOf([[], [], []])).toBe('(0 | 1 | 2)');
  });

  it('opens and closes a diamond', () => {
    //     1
    //   /   \
    // 0       3
    //   \   /
    //     2
    expect(structureOf([[], [0], [0], [1, 2]])).toBe('0 (1 | 2) 3');
  });

  it('puts layers in which all wait for all one after the other', () => {
    // 0, 1 -> 2, 3
    expect(structureOf([[], [], [0, 1], [0, 1]])).toBe('(0 | 1) (2 | 3)');
  });

  it('gates one task of an N', () => {
    // 0   1
    // | \ |
    // 2   3
    expect(structureOf([[], [], [0], [0, 1]])).toBe('(0 2 | 1 | 3<0,1)');
  });

  it('gates the task that joins two branches, where many hang on one of them', () => {
    // 0 -> 1, 2, 3 and 0, 4 -> 5
    expect(structureOf([[], [0], [0], [0], [], [0, 4]])).toBe('(0 (1 | 2 | 3) | 4 | 5<0,4)');
  });

  it('gates what dangles, where less dangles than joins', () => {
    // 0, 1 -> 3, 4, 5 and 1 -> 2
    expect(structureOf([[], [], [1], [0, 1], [0, 1], [0, 1]])).toBe('((0 | 1) (3 | 4 | 5) | 2<1)');
  });

  it('gates nothing where series and parallel steps suffice', () => {
    fc.assert(
      fc.property(seriesParallel, (dependencies) => {
        const structure = makeStructure(buildTaskGraph(dependencies));

        expect(check(dependencies, structure).gated).toBe(0);
      }),
    );
  });

  it('holds every dependency and makes no task wait for another one in any graph', () => {
    fc.assert(
      fc.property(acyclic, (dependencies) => {
        const structure = makeStructure(buildTaskGraph(dependencies));

        check(dependencies, structure);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the nesting of Parallels', () => {
  /** Each task of a chain has one more task behind it that nothing waits for. */
  const caterpillar = (length: number): number[][] =>
    Array.from({ length: 2 * length }, (_, task) => (task < 2 ? below(task) : task % 2 ? [task - 1] : [task - 2]));

  it('is as deep as the graph, up to its bound', () => {
    // 0 -> 2 -> 4 -> ...
    // |    |    |
    // 1    3    5
    expect(structureOf(caterpillar(3))).toBe('0 (1 | 2 (3 | 4 5))');
    expect(check(caterpillar(NESTING_MAX), makeStructure(buildTaskGraph(caterpillar(NESTING_MAX))))).toMatchObject({
      gated: 0,
      nesting: NESTING_MAX - 1,
    });
  });

  it.each([
    ['caterpillar', caterpillar(500)],
    ['caterpillar backwards', backwards(caterpillar(500))],
    // 0 - 2 - 4 - ...
    //   \   \   \
    // 1 - 3 - 5 - ...
    ['ladder', Array.from({ length: 1000 }, (_, task) => (task < 2 ? [] : task % 2 ? [task - 2, task - 3] : [task - 2]))],
    // forks inside forks, joined in the other order
    ['nested forks', nestedForks(300)],
  ])('stays within its bound: %s', (_, dependencies) => {
    const facts = check(dependencies, makeStructure(buildTaskGraph(dependencies)));

    expect(facts.nesting).toBeLessThanOrEqual(NESTING_MAX);
    expect(facts.states).toBeLessThanOrEqual(2 * dependencies.length);
  });
});

describe('the structure of 20,000 tasks', () => {
  const SIZE = 20_000;

  it.each([
    ['independent', below(SIZE).map(() => [])],
    ['chain', below(SIZE).map((task) => (task > 0 ? [task - 1] : []))],
    ['fan-out and fan-in', below(SIZE).map((task) => (task === 0 ? [] : task < SIZE - 1 ? [0] : below(SIZE - 1).slice(1)))],
    ['chains', below(SIZE).map((task) => (task % 100 ? [task - 1] : []))],
  ])('needs no gate: %s', (_, dependencies) => {
    const structure = makeStructure(buildTaskGraph(dependencies));

    expect(show(structure)).not.toContain('<');
  });
});

function check(dependencies: number[][], structure: Structure) {
  return checkStructure(
    dependencies,
    dependencies.map((_, task) => 1 + ((task * 7) % 5)),
    structure,
  );
}

function below(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}

/** The same graph with every dependency turned round. */
function backwards(dependencies: number[][]): number[][] {
  const turned: number[][] = dependencies.map(() => []);
  dependencies.forEach((own, task) => {
    for (const other of own) turned[other]!.push(task);
  });
  return turned;
}

function nestedForks(depth: number): number[][] {
  const dependencies: number[][] = [];
  for (let k = 0; k < depth; k++) dependencies.push(k > 0 ? [k - 1] : []);
  for (let k = 0; k < depth; k++) dependencies.push([k]);
  for (let k = 0; k < depth; k++) dependencies.push([k > 0 ? 2 * depth + k - 1 : depth - 1, 2 * depth - 1 - k]);
  return dependencies;
}
