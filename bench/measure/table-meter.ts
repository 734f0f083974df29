import { STORE_UNITS, sumOfUnits, type TableUnits } from '../../lib/compiler/run-cost.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';

/** What a call takes, by what it was given and what it answered. */
type Counts = {
  readonly [Method in keyof RunStore]?: RunStore[Method] extends (...given: infer Given) => Promise<infer Answer>
    ? (given: Given, answer: Answer) => TableUnits
    : never;
};
type CountCall = (given: readonly unknown[], answer: unknown) => TableUnits;

/** What calls of a store would take of the table. Of runs that have no pools but their own places. */
export class TableMeter {
  readonly #units: TableUnits[] = [];
  readonly #holders = new Set<number>();
  readonly #waiting = new Set<number>();

  get total(): TableUnits {
    return sumOfUnits(this.#units);
  }

  /** The same store, its calls counted. */
  watch<Store extends RunStore>(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as unknown;
        const count = (this.#counts as Partial<Record<PropertyKey, CountCall>>)[name];
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]): Promise<unknown> => {
          const answer: unknown = await Reflect.apply(member, target, given);
          if (count !== undefined) this.#units.push(count(given, answer));
          return answer;
        };
      },
    });
  }

  readonly #counts: Counts = {
    // of no task: a look whether the run still wants its attempts, as many as the tasks are long
    readTasks: ([, ordinals]) => (ordinals.length === 0 ? { reads: 0, writes: 0 } : STORE_UNITS.readTasks(new Set(ordinals).size)),
    claimTask: () => STORE_UNITS.claimTask,
    completeTask: () => STORE_UNITS.completeTask,
    addToken: () => STORE_UNITS.addToken,
    addArrival: () => STORE_UNITS.addArrival,
    listTokens: () => STORE_UNITS.listTokens,
    isOutranked: () => STORE_UNITS.isOutranked,
    takePlaces: ([, ordinal], taken) => {
      if (taken) this.#holders.add(ordinal);
      return STORE_UNITS.takePlaces;
    },
    freePlaces: ([, ordinal]) => {
      this.#holders.delete(ordinal);
      return STORE_UNITS.freePlaces;
    },
    putWaiting: ([, { ordinal }]) => {
      this.#waiting.add(ordinal);
      return STORE_UNITS.putWaiting;
    },
    deleteWaiting: ([, ordinal]) => STORE_UNITS.deleteWaiting(this.#waiting.delete(ordinal)),
    takeForBest: ([, demands], best) => {
      if (best === undefined)
        return sumOfUnits(demands.map(([place]) => STORE_UNITS.lookForBest(this.#holders.size < Number(place!.limit))));
      if (typeof best === 'number') this.#holders.add(best);
      return STORE_UNITS.takeForBest;
    },
  };
}
