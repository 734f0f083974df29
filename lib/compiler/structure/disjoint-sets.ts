/** Sets of numbers 0 to size - 1 that can be united (union-find with path halving). */
export class DisjointSets {
  readonly #up: Int32Array;

  constructor(size: number) {
    this.#up = new Int32Array(size);
  }

  /** Makes a set of its own of v. */
  reset(v: number): void {
    this.#up[v] = v;
  }

  /** The number that stands for the set that v is in. */
  find(v: number): number {
    const up = this.#up;
    let at = v;
    while (up[at] !== at) {
      up[at] = up[up[at]!]!;
      at = up[at]!;
    }
    return at;
  }

  /** Puts the set that `from` stands for into the one that `into` stands for. */
  unite(from: number, into: number): void {
    this.#up[from] = into;
  }
}
