/** Per task the tasks that directly wait for it, in the order of the tasks. */
export function dependentsOf(dependencies: readonly (readonly number[])[]): number[][] {
  const dependents = dependencies.map((): number[] => []);
  dependencies.forEach((own, task) => {
    for (const dependency of own) dependents[dependency]!.push(task);
  });
  return dependents;
}

/** All that `next` leads to from any of these tasks, directly or not. */
export function reachable(next: readonly (readonly number[])[], from: readonly number[]): Set<number> {
  const found = new Set(from.flatMap((task) => next[task]!));
  for (const task of found) for (const other of next[task]!) found.add(other); // a Set also visits what is added on the way
  return found;
}
