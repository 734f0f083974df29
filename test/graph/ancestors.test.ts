import { describe, expect, it } from 'vitest';
import { Ancestors } from '../../lib/graph/ancestors.ts';
import { GraphTooLargeError } from '../../lib/graph/errors.ts';

/** Ancestors of task v are those of its direct dependencies, and these. */
function ancestors(dependencies: readonly (readonly number[])[], pagesMax?: number): Ancestors {
  const rows = new Ancestors(dependencies.length, pagesMax);
  dependencies.forEach((own, task) => {
    rows.begin();
    for (const dependency of own) rows.include(dependency);
    rows.end(task);
  });
  return rows;
}

describe('Ancestors', () => {
  it('tells what is in the row that is being made', () => {
    const rows = ancestors([[], [0], []]);

    rows.begin();
    rows.include(1);

    expect([0, 1, 2].map((task) => rows.includes(task))).toEqual([true, true, false]);
  });

  it('stores one page of its own for each task of a chain, whatever its length', () => {
    const chain = Array.from({ length: 5000 }, (_, task) => (task > 0 ? [task - 1] : []));

    expect(ancestors(chain, 5002).has(0, 4999)).toBe(true);
  });

  it('refuses to take more memory than it may', () => {
    const chain = Array.from({ length: 100 }, (_, task) => (task > 0 ? [task - 1] : []));

    expect(() => ancestors(chain, 50)).toThrow(GraphTooLargeError);
  });
});
