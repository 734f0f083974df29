/**
 * One cycle of each group of nodes that wait for each other, as short as there is through the group's first node. Every node
 * stands before the one it leads to by `next`; iterative, since chains may be 100,000 long.
 *
 * @param next per node the nodes it depends on
 */
export function findCycles(next: readonly (readonly number[])[]): number[][] {
  const group = cyclicGroups(next);
  const done = new Set<number>();
  const cycles: number[][] = [];
  for (let node = 0; node < next.length; node++) {
    const own = group[node]!;
    if (own < 0 || done.has(own)) continue;
    done.add(own);
    cycles.push(shortestCycle(next, node, (other) => group[other] === own));
  }
  return cycles;
}

/** Tarjan's strongly connected components: per node the number of its component, -1 where that is the node alone. */
function cyclicGroups(next: readonly (readonly number[])[]): Int32Array {
  const size = next.length;
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const onStack = new Uint8Array(size);
  const group = new Int32Array(size).fill(-1);
  const stack: number[] = [];
  let counter = 0;
  let groups = 0;
  for (let root = 0; root < size; root++) {
    if (index[root] !== -1) continue;
    const path: { node: number; edge: number }[] = [{ node: root, edge: 0 }];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { node } = frame;
      if (frame.edge === 0) {
        index[node] = low[node] = counter++;
        stack.push(node);
        onStack[node] = 1;
      }
      const other = next[node]![frame.edge++];
      if (other !== undefined) {
        if (index[other] === -1) path.push({ node: other, edge: 0 });
        else if (onStack[other]) low[node] = Math.min(low[node]!, index[other]!);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent.node] = Math.min(low[parent.node]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const members = stack.splice(stack.lastIndexOf(node));
      for (const member of members) onStack[member] = 0;
      if (members.length > 1 || next[node]!.includes(node)) {
        for (const member of members) group[member] = groups;
        groups++;
      }
    }
  }
  return group;
}

function shortestCycle(next: readonly (readonly number[])[], start: number, within: (node: number) => boolean): number[] {
  const from = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const other of next[node]!) {
      if (other === start) {
        const cycle = [node];
        while (cycle[0] !== start) cycle.unshift(from.get(cycle[0]!)!);
        return cycle;
      }
      if (!within(other) || from.has(other)) continue;
      from.set(other, node);
      queue.push(other);
    }
  }
  return [start];
}
