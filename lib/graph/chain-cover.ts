import type { SortedGraph } from './task-graph.ts';

export interface ChainCover {
  /** So many chains cover all tasks. A chain may skip tasks: each of its tasks is an ancestor of the next. */
  readonly chains: number;
  /** No smaller number does. */
  readonly least: boolean;
}

/**
 * The least number of chains that cover all tasks, as a maximum flow (Dinic) on the dependencies alone, without their closure.
 *
 * Each task u has an *out* side, which sends one unit to the task that follows u in its chain, and an *in* side, which takes one
 * unit from the task before it. A unit goes from out(u) to in(v) of a dependent v; there it stays, so that v follows u, or passes
 * through to out(v) and on to a later task. Every unit sent saves a chain.
 *
 * @param enough stops when so few chains are reached; a known bound from below
 * @param work stops after so many looks at edges
 */
export function chainCover(graph: SortedGraph, enough: number, work: number): ChainCover {
  const { size, dependents } = graph;
  // edges: those of u to its dependents are start[u] .. start[u + 1] - 1; those of v from its dependencies are incoming[..]
  const start = new Int32Array(size + 1);
  for (let u = 0; u < size; u++) start[u + 1] = start[u]! + dependents[u]!.length;
  const edges = start[size]!;
  const head = new Int32Array(edges);
  const tail = new Int32Array(edges);
  const incomingStart = new Int32Array(size + 1);
  for (let v = 0; v < size; v++) incomingStart[v + 1] = incomingStart[v]! + graph.dependencies[v]!.length;
  const incoming = new Int32Array(edges);
  const filled = incomingStart.slice();
  for (let u = 0; u < size; u++) {
    dependents[u]!.forEach((v, i) => {
      const edge = start[u]! + i;
      head[edge] = v;
      tail[edge] = u;
      incoming[filled[v]!++] = edge;
    });
  }

  const flow = new Int32Array(edges);
  const passing = new Int32Array(size); // from in(v) to out(v)
  const sends = new Uint8Array(size);
  const takes = new Uint8Array(size);
  let chains = size;
  for (let u = 0; u < size; u++) {
    for (let edge = start[u]!; edge < start[u + 1]!; edge++) {
      if (takes[head[edge]!]) continue;
      sends[u] = takes[head[edge]!] = flow[edge] = 1;
      chains--;
      break;
    }
  }

  // nodes: 2u is out(u), 2u + 1 is in(u). Arcs of out(u): its edges, then back to in(u); of in(v): on to out(v), then its edges back
  const level = new Int32Array(2 * size);
  const next = new Int32Array(2 * size);
  const arcs = (node: number): number => {
    const task = node >> 1;
    return 1 + (node & 1 ? incomingStart[task + 1]! - incomingStart[task]! : start[task + 1]! - start[task]!);
  };
  /** The node that an arc leads to; -1 when nothing can flow. */
  const target = (node: number, arc: number): number => {
    const task = node >> 1;
    if (node & 1) {
      if (arc === 0) return 2 * task;
      const edge = incoming[incomingStart[task]! + arc - 1]!;
      return flow[edge]! > 0 ? 2 * tail[edge]! : -1;
    }
    const edge = start[task]! + arc;
    if (edge < start[task + 1]!) return 2 * head[edge]! + 1;
    return passing[task]! > 0 ? 2 * task + 1 : -1;
  };
  const send = (node: number, arc: number): void => {
    const task = node >> 1;
    if (node & 1) {
      if (arc === 0) passing[task]!++;
      else flow[incoming[incomingStart[task]! + arc - 1]!]!--;
    } else {
      const edge = start[task]! + arc;
      if (edge < start[task + 1]!) flow[edge]!++;
      else passing[task]!--;
    }
  };

  let left = work;
  const queue = new Int32Array(2 * size);
  /** Levels by distance from the tasks that do not send yet; false when none can. */
  const layers = (): boolean => {
    level.fill(-1);
    let filledTo = 0;
    let reached = false;
    for (let u = 0; u < size; u++) {
      if (sends[u]) continue;
      level[2 * u] = 0;
      queue[filledTo++] = 2 * u;
    }
    for (let at = 0; at < filledTo; at++) {
      const node = queue[at]!;
      if (node & 1 && !takes[node >> 1]) reached = true;
      const count = arcs(node);
      left -= count;
      for (let arc = 0; arc < count; arc++) {
        const to = target(node, arc);
        if (to < 0 || level[to] !== -1) continue;
        level[to] = level[node]! + 1;
        queue[filledTo++] = to;
      }
    }
    return reached;
  };

  const path = new Int32Array(2 * size);
  const augment = (from: number): boolean => {
    let depth = 0;
    path[0] = from;
    while (depth >= 0) {
      const node = path[depth]!;
      if (node & 1 && !takes[node >> 1]) {
        takes[node >> 1] = 1;
        for (let at = 0; at < depth; at++) send(path[at]!, next[path[at]!]!);
        left -= depth;
        return true;
      }
      const count = arcs(node);
      let to = -1;
      for (; next[node]! < count; next[node]!++) {
        left--;
        to = target(node, next[node]!);
        if (to >= 0 && level[to] === level[node]! + 1) break;
      }
      if (next[node]! < count) path[++depth] = to;
      else {
        depth--;
        if (depth >= 0) next[path[depth]!]!++;
      }
    }
    return false;
  };

  while (chains > enough && left > 0) {
    if (!layers()) return { chains, least: true };
    next.fill(0);
    for (let u = 0; u < size && left > 0; u++) {
      if (sends[u] || !augment(2 * u)) continue;
      sends[u] = 1;
      chains--;
    }
  }
  return { chains, least: chains === enough };
}
