const NEW = 0;
const ON_PATH = 1;
const DONE = 2;

/**
 * A cycle, if there is one: each task is a dependency of the next, the last of the first. It starts with its smallest number.
 *
 * @example findCycle([[1], [2], [1]]) // [1, 2]
 */
export function findCycle(dependencies: readonly (readonly number[])[]): number[] | undefined {
  const state = new Uint8Array(dependencies.length);
  const tried = new Int32Array(dependencies.length);
  for (let root = 0; root < dependencies.length; root++) {
    if (state[root] !== NEW) continue;
    const path = [root];
    state[root] = ON_PATH;
    for (let task = root; path.length > 0; task = path.at(-1)!) {
      const dependency = dependencies[task]![tried[task]!++];
      if (dependency === undefined) {
        state[task] = DONE;
        path.pop();
      } else if (state[dependency] === ON_PATH) {
        return fromSmallest(path.slice(path.indexOf(dependency)).reverse());
      } else if (state[dependency] === NEW) {
        state[dependency] = ON_PATH;
        path.push(dependency);
      }
    }
  }
  return undefined;
}

function fromSmallest(cycle: number[]): number[] {
  let smallest = 0;
  cycle.forEach((task, i) => {
    if (task < cycle[smallest]!) smallest = i;
  });
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}
