/** Shapes of generated graphs; each task has five dependencies, as far as there are so many before it; less in a chain of fans. */
export const SHAPES = ['random', 'layered', 'fan-out', 'chains', 'fans'] as const;
export type Shape = (typeof SHAPES)[number];

const EDGES = 5;
const CHAIN_LENGTH = 100;
/** One task, those behind it, and the next one behind them all. */
const FAN_LENGTH = 20;

/** A plan of `count` tasks, the same one each time. */
export function generatedPlan(shape: Shape, count: number): { tasks: object[] } {
  const random = randomNumbers(1);
  const tasks = Array.from({ length: count }, (_, task) => ({
    task_id: `task-${task}`,
    name: `Task ${task}`,
    dependencies: dependenciesOf(shape, task, count, random).map((dependency) => ({
      task_id: `task-${dependency}`,
      dependency_type: 'blocking',
    })),
  }));
  return { tasks };
}

function dependenciesOf(shape: Shape, task: number, count: number, random: () => number): number[] {
  switch (shape) {
    case 'random': // any of those before
      return someOf(0, task, random);
    case 'layered': {
      // of the layer before; as many layers as a layer has tasks
      const width = Math.ceil(Math.sqrt(count));
      const layerStart = task - (task % width);
      return layerStart === 0 ? [] : someOf(layerStart - width, layerStart, random);
    }
    case 'fan-out': // five tasks, then all others behind all five
      return task < EDGES ? [] : before(EDGES, EDGES);
    case 'chains': // the one before, and those before that, which says nothing new
      return before(task, Math.min(task % CHAIN_LENGTH, EDGES));
    case 'fans': {
      const place = task % FAN_LENGTH;
      return place > 0 ? [task - place] : before(task, Math.min(task, FAN_LENGTH - 1));
    }
  }
}

function before(end: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => end - 1 - i);
}

function someOf(start: number, end: number, random: () => number): number[] {
  if (end - start <= EDGES) return before(end, end - start);
  const chosen = new Set<number>();
  while (chosen.size < EDGES) chosen.add(start + Math.floor(random() * (end - start)));
  return [...chosen];
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
