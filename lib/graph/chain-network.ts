import type { SortedGraph } from './task-graph.ts';

/**
 * The flow network of chains that cover all tasks, on the dependencies alone, without their closure.
 *
 * Each task u has an *out* side, node 2u, which sends one unit to the task that follows u in its chain, and an *in* side, node
 * 2u + 1, which takes one unit from the task before it. A unit goes from out(u) to in(v) of a dependent v; there it stays, so
 * that v follows u, or it passes through to out(v) and on to a later task. Every unit sent saves a chain.
 */
export class ChainNetwork {
  readonly size: number;
  /** Per task 1 when its out side sends its unit. */
  readonly sends: Uint8Array;
  /** Per task 1 when its in side keeps a unit. */
  readonly takes: Uint8Array;
  /** Edge e goes from `#tail[e]` to `#head[e]`; those out of u are `#outStart[u]` to before `#outStart[u + 1]`. */
  readonly #tail: Int32Array;
  readonly #head: Int32Array;
  readonly #outStart: Int32Array;
  /** Those into v are `#into[i]`, i from `#inStart[v]` to before `#inStart[v + 1]`. */
  readonly #into: Int32Array;
  readonly #inStart: Int32Array;
  readonly #flow: Int32Array;
  /** Per task the units that go on from its in side to its out side. */
  readonly #passing: Int32Array;

  constructor({ size, dependencies, dependents }: SortedGraph) {
    this.size = size;
    this.sends = new Uint8Array(size);
    this.takes = new Uint8Array(size);
    this.#outStart = starts(dependents);
    this.#inStart = starts(dependencies);
    const edges = this.#outStart[size]!;
    this.#tail = new Int32Array(edges);
    this.#head = new Int32Array(edges);
    this.#into = new Int32Array(edges);
    this.#flow = new Int32Array(edges);
    this.#passing = new Int32Array(size);
    const free = this.#inStart.slice();
    let edge = 0;
    for (let u = 0; u < size; u++) {
      for (const v of dependents[u]!) {
        this.#tail[edge] = u;
        this.#head[edge] = v;
        this.#into[free[v]!++] = edge++;
      }
    }
  }

  /** Makes each task follow a direct dependency that nothing follows yet, where there is one. Returns how many. */
  chainNeighbours(): number {
    let chained = 0;
    for (let u = 0; u < this.size; u++) {
      for (let edge = this.#outStart[u]!; edge < this.#outStart[u + 1]!; edge++) {
        const v = this.#head[edge]!;
        if (this.takes[v]) continue;
        this.sends[u] = this.takes[v] = this.#flow[edge] = 1;
        chained++;
        break;
      }
    }
    return chained;
  }

  /** Can a unit stay here? */
  isSink(node: number): boolean {
    return (node & 1) === 1 && !this.takes[node >> 1];
  }

  /** How many arcs leave a node, arcs being numbered from 0. */
  arcs(node: number): number {
    const start = node & 1 ? this.#inStart : this.#outStart;
    return 1 + start[(node >> 1) + 1]! - start[node >> 1]!;
  }

  /** The node that an arc leads to; -1 when nothing can flow. Back along an edge or a passage goes what came over it. */
  target(node: number, arc: number): number {
    const task = node >> 1;
    if (node & 1) {
      if (arc === 0) return 2 * task;
      const edge = this.#into[this.#inStart[task]! + arc - 1]!;
      return this.#flow[edge]! > 0 ? 2 * this.#tail[edge]! : -1;
    }
    const edge = this.#outStart[task]! + arc;
    if (edge < this.#outStart[task + 1]!) return 2 * this.#head[edge]! + 1;
    return this.#passing[task]! > 0 ? 2 * task + 1 : -1;
  }

  /** Moves a unit along an arc. */
  send(node: number, arc: number): void {
    const task = node >> 1;
    if (node & 1) {
      if (arc === 0) this.#passing[task]!++;
      else this.#flow[this.#into[this.#inStart[task]! + arc - 1]!]!--;
      return;
    }
    const edge = this.#outStart[task]! + arc;
    if (edge < this.#outStart[task + 1]!) this.#flow[edge]!++;
    else this.#passing[task]!--;
  }
}

function starts(lists: readonly (readonly number[])[]): Int32Array {
  const start = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    start[i + 1] = start[i]! + list.length;
  });
  return start;
}
