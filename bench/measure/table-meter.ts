import { type Look, STORE_UNITS, sumOfUnits, type TableUnits } from '../../lib/compiler/run-cost.ts';
import type { Demand } from '../../lib/runtime/ports/places.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { Caller, Turns } from './turns.ts';

/** What a call takes, by what it was given and what it answered. */
type Counts = {
  readonly [Method in keyof RunStore]?: RunStore[Method] extends (...given: infer Given) => Promise<infer Answer>
    ? (given: Given, answer: Answer) => TableUnits
    : never;
};
type CountCall = (given: readonly unknown[], answer: unknown) => TableUnits;

/** What calls of a store would take of the table. Of one run, whose pools are its own. */
export class TableMeter {
  readonly #units: TableUnits[] = [];
  /** Of each pool. */
  readonly #holders = new Map<string, Set<number>>();
  readonly #waiting = new Map<number, Demand>();
  /** How many wait for the same places. */
  readonly #queues = new Map<string, number>();
  readonly #turns: Turns;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  get total(): TableUnits {
    return sumOfUnits(this.#units);
  }

  /** The same store, its calls counted; each that is counted waits for the caller's turn. */
  watch<Store extends RunStore>(store: Store, callerOf: () => Promise<Caller>): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as unknown;
        const count = (this.#counts as Partial<Record<PropertyKey, CountCall>>)[name];
        if (typeof member !== 'function' || count === undefined) return member;
        return async (...given: unknown[]): Promise<unknown> =>
          this.#turns.take(await callerOf(), async () => {
            const answer: unknown = await Reflect.apply(member, target, given);
            this.#units.push(count(given, answer));
            return answer;
          });
      },
    });
  }

  readonly #counts: Counts = {
    readTasks: ([, ordinals]) => STORE_UNITS.readTasks(new Set(ordinals).size),
    claimTask: () => STORE_UNITS.claimTask,
    completeTask: ([, , , , , usage]) => STORE_UNITS.completeTask(usage !== undefined),
    putCallback: () => STORE_UNITS.putCallback,
    addToken: () => STORE_UNITS.addToken,
    addArrival: () => STORE_UNITS.addArrival,
    listTokens: () => STORE_UNITS.listTokens,
    isOutranked: ([, , demands]) => STORE_UNITS.isOutranked(demands.length),
    takePlaces: ([, ordinal, demand], taken) => {
      if (taken) this.#hold(ordinal, demand);
      return STORE_UNITS.takePlaces(demand.length);
    },
    freePlaces: ([, ordinal, demand]) => {
      for (const { pool } of demand) this.#holdersOf(pool).delete(ordinal);
      return STORE_UNITS.freePlaces(demand.length);
    },
    putWaiting: ([, { ordinal }, demand]) => {
      if (!this.#waiting.has(ordinal)) this.#addToQueue(demand, 1);
      this.#waiting.set(ordinal, demand);
      return STORE_UNITS.putWaiting;
    },
    deleteWaiting: ([, ordinal]) => {
      const demand = this.#waiting.get(ordinal);
      if (demand !== undefined) this.#addToQueue(demand, -1);
      return STORE_UNITS.deleteWaiting(this.#waiting.delete(ordinal));
    },
    takeForBest: ([, demands], best) => {
      const look = this.#lookAt(demands);
      if (typeof best !== 'number') return STORE_UNITS.lookForBest(look);
      const demand = this.#waiting.get(best)!;
      this.#hold(best, demand);
      return STORE_UNITS.takeForBest(look, demand.length);
    },
    addExpansion: () => STORE_UNITS.addExpansion,
  };

  #lookAt(demands: readonly Demand[]): Look {
    const hasRoom = (demand: Demand): boolean => demand.every(({ pool, limit }) => this.#holdersOf(pool).size < Number(limit));
    const waitingFor = (demand: Demand): number => this.#queues.get(nameOf(demand)) ?? 0;
    return {
      pools: new Set(demands.flat().map(({ pool }) => pool)).size,
      queues: demands.filter(hasRoom).map((demand) => Math.min(waitingFor(demand), this.#holdersOf(demand[0]!.pool).size + 1)),
    };
  }

  #addToQueue(demand: Demand, change: 1 | -1): void {
    this.#queues.set(nameOf(demand), (this.#queues.get(nameOf(demand)) ?? 0) + change);
  }

  #hold(ordinal: number, demand: Demand): void {
    for (const { pool } of demand) this.#holdersOf(pool).add(ordinal);
  }

  #holdersOf(pool: string): Set<number> {
    let holders = this.#holders.get(pool);
    if (holders === undefined) {
      holders = new Set();
      this.#holders.set(pool, holders);
    }
    return holders;
  }
}

function nameOf(demand: Demand): string {
  return JSON.stringify(demand.map(({ pool }) => pool));
}
