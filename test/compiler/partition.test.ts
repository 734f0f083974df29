import { describe, expect, it } from 'vitest';
import type { Layout } from '../../lib/compiler/layout.ts';
import { partition } from '../../lib/compiler/partition.ts';
import { foreachLayout, mapLayout, parallelLayout, range, seriesLayout, taskLayout } from './layouts.ts';

/** A machine has room for `room` tasks; a child takes a tenth of one. */
function shares(room: number): (part: Layout) => number {
  const tasks = (node: Layout): number => {
    if (node.kind === 'task') return 1;
    if (node.kind === 'child') return 0.1;
    if (node.kind === 'map') return node.items.length * tasks(node.body);
    if (node.kind === 'foreach') return 3;
    return node.parts.reduce((sum, part) => sum + tasks(part), 0);
  };
  return (part) => tasks(part) / room;
}

const cut = (layout: Layout, room: number): Layout => partition(layout, { shareOf: shares(room), label: (_, number) => `part ${number}` });

/** The tasks in order, with `[...]` around what runs as an execution of its own. */
function write(node: Layout): string {
  if (node.kind === 'task') return String(node.task);
  if (node.kind === 'child') return `[${write(node.part)}]`;
  if (node.kind === 'foreach') return `foreach(${node.end})`;
  if (node.kind === 'map') return `map(${node.items.map((item) => item[0]).join(' ')})`;
  return `(${node.parts.map(write).join(node.kind === 'series' ? ' -> ' : ' | ')})`;
}

const tasks = (from: number, to: number): Layout[] => range(from, to).map((ordinal) => taskLayout(ordinal));

describe('partition', () => {
  it('leaves what fits in one machine', () => {
    const layout = seriesLayout(...tasks(0, 5));

    expect(cut(layout, 5)).toBe(layout);
  });

  it('moves neighbours of a series together', () => {
    expect(write(cut(seriesLayout(...tasks(0, 5)), 2))).toBe('([(0 -> 1)] -> [(2 -> 3)] -> [4])');
  });

  it('moves what is done for the items of a list together with its end', () => {
    const layout = seriesLayout(...tasks(0, 2), foreachLayout(3, taskLayout(2), 2), taskLayout(3), taskLayout(4));

    expect(write(cut(layout, 4))).toBe('([(0 -> 1)] -> [(foreach(3) -> 3)] -> [4])');
  });

  it('moves branches together', () => {
    expect(write(cut(parallelLayout(...tasks(0, 4)), 3))).toBe('([(0 | 1 | 2)] | [3])');
  });

  it('cuts a Map by its items', () => {
    const layout = mapLayout(
      range(0, 6).map((ordinal) => [ordinal]),
      taskLayout(0, { position: 0 }),
    );

    expect(write(cut(layout, 3))).toBe('([map(0 1)] | [map(2 3)] | [map(4 5)])');
  });

  it('cuts inside a branch that is too large on its own', () => {
    const layout = parallelLayout(seriesLayout(...tasks(0, 4)), taskLayout(4));

    expect(write(cut(layout, 3))).toBe('(([(0 -> 1 -> 2)] -> [3]) | 4)');
  });

  it('nests machines where one cannot even start all others', () => {
    const written = write(cut(seriesLayout(...tasks(0, 40)), 2));

    expect(written.match(/\d+/g)).toEqual(range(0, 40).map(String));
    const layout = cut(seriesLayout(...tasks(0, 40)), 2);
    const everyMachine = (node: Layout): void => {
      expect(shares(2)(node)).toBeLessThanOrEqual(1);
      const children = (part: Layout): Layout[] =>
        part.kind === 'child' ? [part.part] : part.kind === 'series' ? part.parts.flatMap(children) : [];
      for (const child of children(node)) everyMachine(child);
    };
    everyMachine(layout);
  });
});
