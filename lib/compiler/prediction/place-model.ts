import { Heap } from '../../graph/heap.ts';
import type { Look } from '../run-cost.ts';

/** A task that takes places. */
export interface Taker {
  readonly ordinal: number;
  readonly rank: number;
  /** The number of its demand. */
  readonly demand: number;
  /** It is among those that wait, also for a moment after it has got its places. */
  waits: boolean;
  holds: boolean;
}

/** The pools whose places somebody takes together, by their numbers. */
export type DemandModel = readonly number[];

interface Queue {
  /** Those without places. */
  readonly unserved: Heap<Taker>;
  /** All, and some that wait no more. */
  readonly all: Heap<Taker>;
  size: number;
}

/** Who holds the places of a run's pools, and who waits for them: what a store answers, without the store. */
export class PlaceModel {
  readonly #limits: readonly number[];
  readonly #demands: readonly DemandModel[];
  readonly #held: number[];
  readonly #queues: readonly Queue[];

  constructor(limits: readonly number[], demands: readonly DemandModel[]) {
    this.#limits = limits;
    this.#demands = demands;
    this.#held = limits.map(() => 0);
    this.#queues = demands.map(() => ({ unserved: new Heap(isBefore), all: new Heap(isBefore), size: 0 }));
  }

  take(taker: Taker): boolean {
    if (taker.holds) return true;
    if (!this.#isOpen(taker.demand)) return false;
    this.hold(taker);
    return true;
  }

  hold(taker: Taker): void {
    taker.holds = true;
    for (const pool of this.#demands[taker.demand]!) this.#held[pool]!++;
  }

  free(taker: Taker): void {
    if (!taker.holds) return;
    taker.holds = false;
    for (const pool of this.#demands[taker.demand]!) this.#held[pool]!--;
  }

  putWaiting(taker: Taker): void {
    if (taker.waits) return;
    taker.waits = true;
    const queue = this.#queues[taker.demand]!;
    queue.size++;
    queue.all.push(taker);
    if (!taker.holds) queue.unserved.push(taker);
  }

  deleteWaiting(taker: Taker): void {
    if (!taker.waits) return;
    taker.waits = false;
    this.#queues[taker.demand]!.size--;
  }

  isOutranked({ rank }: Taker): boolean {
    return this.#queues.some(({ all }) => {
      while (all.first !== undefined && !all.first.waits) all.pop();
      return all.first !== undefined && all.first.rank < rank;
    });
  }

  /** What has to be looked at before the best is known. */
  look(): Look {
    const queues: number[] = [];
    this.#demands.forEach((pools, demand) => {
      if (this.#isOpen(demand)) queues.push(Math.min(this.#queues[demand]!.size, this.#held[pools[0]!]! + 1));
    });
    return { pools: this.#limits.length, queues };
  }

  takeForBest(): Taker | undefined {
    let best: Taker | undefined;
    this.#queues.forEach(({ unserved }, demand) => {
      const { first } = unserved;
      if (first !== undefined && this.#isOpen(demand) && (best === undefined || first.rank < best.rank)) best = first;
    });
    if (best === undefined) return undefined;
    this.#queues[best.demand]!.unserved.pop();
    this.hold(best);
    return best;
  }

  #isOpen(demand: number): boolean {
    return this.#demands[demand]!.every((pool) => this.#held[pool]! < this.#limits[pool]!);
  }
}

function isBefore(a: Taker, b: Taker): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.ordinal < b.ordinal);
}
