/**
 * How long graph and structure take, how many gates they leave and how much memory they need:
 *
 *     node bench/compile-structure.bench.ts
 *
 * Each row runs in a process of its own, since the peak of the memory is one a process.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeStructure } from '../lib/compiler/structure/make-structure.ts';
import type { Structure } from '../lib/compiler/structure/structure.ts';
import { buildTaskGraph } from '../lib/graph/task-graph.ts';
import { width } from '../lib/graph/width.ts';

const SIZES = [100, 1_000, 10_000, 100_000];
const DEPENDENCIES = 5;

/** Dependencies of `size` tasks; `dice(n)` is a number from 0 to n - 1. */
type Shape = (size: number, dice: (sides: number) => number) => number[][];

const SHAPES: Readonly<Record<string, Shape>> = {
  'fan-out': (size) =>
    Array.from({ length: size }, (_, task) => {
      if (task === 0) return [];
      return task < size - 1 ? [0] : Array.from({ length: size - 2 }, (_, i) => i + 1);
    }),
  chains: (size) => Array.from({ length: size }, (_, task) => (task % 100 > 0 ? [task - 1] : [])),
  'layered local': (size, dice) => {
    const perLayer = Math.min(1_000, Math.ceil(Math.sqrt(size)));
    return Array.from({ length: size }, (_, task) => {
      if (task < perLayer) return [];
      const above = task - perLayer;
      const firstAbove = above - (above % perLayer);
      const near = (): number => Math.min(firstAbove + perLayer - 1, Math.max(firstAbove, above + dice(21) - 10));
      return Array.from({ length: DEPENDENCIES }, near);
    });
  },
  random: (size, dice) =>
    Array.from({ length: size }, (_, task) => (task === 0 ? [] : Array.from({ length: DEPENDENCIES }, () => dice(task)))),
};

function measure(shape: string, size: number): void {
  const dependencies = SHAPES[shape]!(size, seededDice());
  const start = performance.now();
  const graph = buildTaskGraph(dependencies);
  const built = performance.now();
  const structure = makeStructure(graph);
  const made = performance.now();
  const { tasks, exact } = width(graph);
  const measured = performance.now();

  const edges = graph.dependencies.reduce((sum, own) => sum + own.length, 0);
  const { gated, states } = count(structure);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const cells = [size, edges, shape, built - start, made - built, measured - made, gated, states, exact ? tasks : `>= ${tasks}`, peakMb];
  printRow(cells.map((cell) => (typeof cell === 'number' ? Math.round(cell).toLocaleString('en') : cell)));
}

function count(root: Structure): { gated: number; states: number } {
  if (root.kind === 'task') return root.gate.length > 0 ? { gated: 1, states: 2 } : { gated: 0, states: 1 };
  const sum = { gated: 0, states: root.kind === 'parallel' ? 1 : 0 };
  for (const part of root.parts) {
    const { gated, states } = count(part);
    sum.gated += gated;
    sum.states += states;
  }
  return sum;
}

/** The same throws every time (a linear congruential generator, Numerical Recipes' constants). */
function seededDice(): (sides: number) => number {
  let state = 1;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function printRow(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => (i === 2 ? cell.padEnd(14) : cell.padStart(10))).join(' '));
}

const [shape, size] = process.argv.slice(2);
if (shape && size) measure(shape, Number(size));
else {
  printRow(['tasks', 'edges', 'shape', 'graph ms', 'struct. ms', 'width ms', 'gated', 'states', 'width', 'peak MB']);
  for (const name of Object.keys(SHAPES)) {
    for (const tasks of SIZES) execFileSync(process.execPath, [fileURLToPath(import.meta.url), name, String(tasks)], { stdio: 'inherit' });
  }
}
