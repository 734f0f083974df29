import { ChainNetwork } from './chain-network.ts';
import type { SortedGraph } from './task-graph.ts';

export interface ChainCover {
  /** So many chains cover all tasks. A chain may skip tasks: each of its tasks is an ancestor of the next. */
  readonly chains: number;
  /** No smaller number does. */
  readonly least: boolean;
}

/**
 * The least number of chains that cover all tasks, as a maximum flow by Dinic's algorithm.
 *
 * @param enough a known bound from below: the search ends when so few are reached
 * @param work the search ends after so many looks at edges
 */
export function chainCover(graph: SortedGraph, enough: number, work: number): ChainCover {
  const { size } = graph;
  const network = new ChainNetwork(graph);
  const { sends, takes } = network;
  const level = new Int32Array(2 * size);
  const nextArc = new Int32Array(2 * size);
  const nodes = new Int32Array(2 * size); // a queue in `findLevels`, a path in `augment`
  let left = work;

  /** Distances from the tasks that do not send yet. Returns whether a unit of theirs can arrive anywhere. */
  const findLevels = (): boolean => {
    level.fill(-1);
    let queued = 0;
    let arrives = false;
    for (let task = 0; task < size; task++) {
      if (sends[task]) continue;
      level[2 * task] = 0;
      nodes[queued++] = 2 * task;
    }
    for (let at = 0; at < queued; at++) {
      const node = nodes[at]!;
      arrives ||= network.isSink(node);
      const arcs = network.arcs(node);
      left -= arcs;
      for (let arc = 0; arc < arcs; arc++) {
        const target = network.target(node, arc);
        if (target < 0 || level[target] !== -1) continue;
        level[target] = level[node]! + 1;
        nodes[queued++] = target;
      }
    }
    return arrives;
  };

  /** Sends the unit of a task from level to level, if there is a way. */
  const augment = (task: number): boolean => {
    let depth = 0;
    nodes[0] = 2 * task;
    while (depth >= 0) {
      const node = nodes[depth]!;
      if (network.isSink(node)) {
        sends[task] = takes[node >> 1] = 1;
        for (let at = 0; at < depth; at++) network.send(nodes[at]!, nextArc[nodes[at]!]!);
        left -= depth;
        return true;
      }
      const arcs = network.arcs(node);
      let target = -1;
      for (; nextArc[node]! < arcs; nextArc[node]!++) {
        left--;
        target = network.target(node, nextArc[node]!);
        if (target >= 0 && level[target] === level[node]! + 1) break;
      }
      if (nextArc[node]! < arcs) nodes[++depth] = target;
      else if (--depth >= 0) nextArc[nodes[depth]!]!++;
    }
    return false;
  };

  let chains = size - network.chainNeighbours();
  while (chains > enough && left > 0) {
    if (!findLevels()) return { chains, least: true };
    nextArc.fill(0);
    for (let task = 0; task < size && left > 0; task++) if (!sends[task] && augment(task)) chains--;
  }
  return { chains, least: chains === enough };
}
