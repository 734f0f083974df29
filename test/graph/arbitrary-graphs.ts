import fc from 'fast-check';

/** Per task the tasks it waits for. */
export type Dependencies = number[][];

const coin = (size: number) => fc.array(fc.boolean(), { minLength: size, maxLength: size });

/** Any two tasks may depend on each other, with some probability. */
const random = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 10 }))
  .chain(([size, tenths]) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: size * size, maxLength: size * size })
      .map((dice) => from(size, (task) => below(task).filter((other) => dice[task * size + other]! < tenths))),
  );

/** Tasks in levels, dependencies only from one level to the next. */
const layered = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([width, depth]) =>
  coin(width * width * depth).map((coins) =>
    from(width * depth, (task) => {
      const level = Math.floor(task / width);
      return below(width)
        .filter((column) => level > 0 && coins[task * width + column])
        .map((column) => (level - 1) * width + column);
    }),
  ),
);

/** Each task depends on one earlier task at the most. */
const tree = fc
  .array(fc.nat(), { minLength: 1, maxLength: 30 })
  .map((dice) => from(dice.length, (task) => (task === 0 ? [] : dice[task]! % 5 === 0 ? [] : [dice[task]! % task])));

/** 0 -> 1, 2 -> 1, 2 -> 3, 4 -> 3, ... with some dependencies missing. */
const zigzag = fc
  .integer({ min: 2, max: 30 })
  .chain((size) =>
    coin(2 * size).map((coins) =>
      from(size, (task) => (task % 2 ? [task - 1, task + 1].filter((other, i) => other < size && coins[2 * task + i]) : [])),
    ),
  );

/** Two or more chains side by side with some rungs between them. */
const ladder = fc.tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 10 })).chain(([chains, length]) =>
  coin(chains * length * chains).map((coins) =>
    from(chains * length, (task) => {
      if (task < chains) return [];
      const rungs = below(chains).filter((chain) => coins[task * chains + chain]);
      return [task - chains, ...rungs.map((chain) => task - (task % chains) - chains + chain)];
    }),
  ),
);

interface Block {
  readonly kind: 'task' | 'series' | 'parallel';
  readonly parts: readonly Block[];
}

const block = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant<Block>({ kind: 'task', parts: [] }),
    fc.record({ kind: fc.constantFrom('series', 'parallel'), parts: fc.array(tie('block'), { minLength: 2, maxLength: 4 }) }),
  ),
})).block;

/** Series and parallel steps inside each other. */
export const seriesParallel: fc.Arbitrary<Dependencies> = block.map((root) => {
  const dependencies: Dependencies = [];
  const build = ({ kind, parts }: Block, after: number[]): number[] => {
    if (kind === 'task') return [dependencies.push(after) - 1];
    if (kind === 'parallel') return parts.flatMap((part) => build(part, after));
    return parts.reduce((ends, part) => build(part, ends), after);
  };
  build(root, []);
  return dependencies;
});

/** The same graph with its tasks numbered otherwise. */
const shuffled = (dependencies: Dependencies): fc.Arbitrary<Dependencies> =>
  fc.shuffledSubarray(below(dependencies.length), { minLength: dependencies.length }).map((number) => {
    const renumbered: Dependencies = [];
    dependencies.forEach((own, task) => {
      renumbered[number[task]!] = own.map((other) => number[other]!);
    });
    return renumbered;
  });

/** Acyclic graphs of many shapes; the numbers of the tasks say nothing about their order. */
export const acyclic: fc.Arbitrary<Dependencies> = fc.oneof(random, layered, tree, zigzag, ladder, seriesParallel).chain(shuffled);

function below(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}

function from(size: number, dependenciesOf: (task: number) => number[]): Dependencies {
  return below(size).map(dependenciesOf);
}
