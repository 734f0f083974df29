/**
 * The tasks in an order in which each comes after its dependencies: level by level, those that become free together in the
 * order of their numbers (Kahn's algorithm). Shorter than `dependencies` when there is a cycle.
 */
export function topologicalOrder(dependencies: readonly (readonly number[])[]): number[] {
  const missing = new Int32Array(dependencies.length);
  const dependents = dependencies.map((): number[] => []);
  const order: number[] = [];
  dependencies.forEach((own, task) => {
    missing[task] = own.length;
    for (const dependency of own) dependents[dependency]!.push(task);
    if (own.length === 0) order.push(task);
  });
  for (const task of order) {
    for (const dependent of dependents[task]!) {
      missing[dependent]!--;
      if (missing[dependent] === 0) order.push(dependent);
    }
  }
  return order;
}
