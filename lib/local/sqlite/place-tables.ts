import { FINAL_RUN_STATUSES } from '../../model/run.ts';
import type { Demand, Place, Turn, Waiter } from '../../runtime/ports.ts';
import type { Statements } from './statements.ts';

const ENDED = FINAL_RUN_STATUSES.map((status) => `'${status}'`).join();

/** Who holds places in pools, and who waits for them. Its methods are parts of one step. */
export class PlaceTables {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  take(run: number, ordinal: number, demand: Demand): boolean {
    if (this.#holds(run, ordinal, demand)) return true;
    if (!this.#isOpen(run, demand)) return false;
    this.#hold(run, ordinal, demand);
    return true;
  }

  takeForBest(run: number, demands: readonly Demand[], turn?: Turn): number | 'over' | undefined {
    if (turn !== undefined && this.#sharedHeld(turn.pool) !== turn.held) return 'over';
    let best: { rank: number; ordinal: number; demand: Demand } | undefined;
    for (const demand of demands) {
      if (!this.#isOpen(run, demand)) continue;
      const first = this.#firstWithout(run, demand);
      if (first !== undefined && (best === undefined || first.rank < best.rank)) best = { ...first, demand };
    }
    if (best !== undefined) this.#hold(run, best.ordinal, best.demand);
    return best?.ordinal;
  }

  free(run: number, ordinal: number, demand: Demand): void {
    for (const place of demand) this.#sql.do('DELETE FROM holders WHERE run = ? AND pool = ? AND ordinal = ?', run, nameOf(place), ordinal);
    this.deleteWaiting(run, ordinal);
  }

  holders(run: number, places: readonly Place[]): number[] {
    const holders = places.flatMap((place) =>
      this.#sql.all<{ ordinal: number }>('SELECT ordinal FROM holders WHERE run = ? AND pool = ?', run, nameOf(place)),
    );
    return [...new Set(holders.map((row) => row.ordinal))];
  }

  putWaiting(run: number, { ordinal, rank, priority }: Waiter, demand: Demand): void {
    const shared = demand.find(isShared)?.pool ?? null;
    if (shared !== null && !this.#goesOn(run)) return;
    this.#sql.do('INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?, ?, ?)', run, queueOf(demand), rank, ordinal, priority, shared);
  }

  deleteWaiting(run: number, ordinal: number): void {
    this.#sql.do('DELETE FROM waiting WHERE run = ? AND ordinal = ?', run, ordinal);
  }

  isWaiting(run: number, ordinal: number): boolean {
    return this.#sql.one('SELECT 1 FROM waiting WHERE run = ? AND ordinal = ?', run, ordinal) !== undefined;
  }

  isOutranked(run: number, rank: number, demands: readonly Demand[]): boolean {
    return demands.some(
      (demand) =>
        this.#sql.one('SELECT 1 FROM waiting WHERE run = ? AND queue = ? AND rank < ? LIMIT 1', run, queueOf(demand), rank) !== undefined,
    );
  }

  /** Who waits for the places of this demand and has not got them. */
  #firstWithout(run: number, demand: Demand): { rank: number; ordinal: number } | undefined {
    return this.#sql.one(
      `SELECT rank, ordinal FROM waiting WHERE run = ?1 AND queue = ?2
         AND NOT EXISTS (SELECT 1 FROM holders WHERE run = ?1 AND pool = ?3 AND ordinal = waiting.ordinal)
       ORDER BY rank LIMIT 1`,
      run,
      queueOf(demand),
      nameOf(demand[0]!),
    );
  }

  /** A task holds all its places or none: one tells. */
  #holds(run: number, ordinal: number, demand: Demand): boolean {
    const name = nameOf(demand[0]!);
    return this.#sql.one('SELECT 1 FROM holders WHERE run = ? AND pool = ? AND ordinal = ?', run, name, ordinal) !== undefined;
  }

  /** Whether all places are to be had. A run that has ended gets no shared one: nobody would give it back. */
  #isOpen(run: number, demand: Demand): boolean {
    if (demand.some(isShared) && !this.#goesOn(run)) return false;
    return demand.every((place) =>
      place.limit === 'shared' ? this.#hasSharedRoom(place.pool) : this.#hasRoom(run, place.pool, place.limit),
    );
  }

  #goesOn(run: number): boolean {
    return this.#sql.one(`SELECT 1 FROM runs WHERE run = ? AND status NOT IN (${ENDED})`, run) !== undefined;
  }

  #hasRoom(run: number, pool: string, limit: number): boolean {
    return this.#sql.one<{ taken: number }>('SELECT count(*) AS taken FROM holders WHERE run = ? AND pool = ?', run, pool)!.taken < limit;
  }

  #hasSharedRoom(pool: string): boolean {
    return this.#sharedHeld(pool) < (this.#sql.one<{ size: number }>('SELECT size FROM shared_pools WHERE name = ?', pool)?.size ?? 0);
  }

  #sharedHeld(pool: string): number {
    return this.#sql.one<{ taken: number }>('SELECT count(*) AS taken FROM holders WHERE pool = ?', sharedName(pool))!.taken;
  }

  #hold(run: number, ordinal: number, demand: Demand): void {
    for (const place of demand) this.#sql.do('INSERT INTO holders VALUES (?, ?, ?)', run, nameOf(place), ordinal);
  }
}

function isShared({ limit }: Place): boolean {
  return limit === 'shared';
}

/** No pool of a plan has such a name. */
export function sharedName(pool: string): string {
  return `@${pool}`;
}

function nameOf({ pool, limit }: Place): string {
  return limit === 'shared' ? sharedName(pool) : pool;
}

/** Tasks that wait for the same places wait in one queue. */
function queueOf(demand: Demand): string {
  return demand.map(nameOf).join('/');
}
