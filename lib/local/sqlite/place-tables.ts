import { STOPPED_RUN_STATUSES } from '../../model/run.ts';
import type { Demand, Place, Turn, Waiter } from '../../runtime/ports/places.ts';
import { NONE } from './run-keys.ts';
import type { Statements } from './statements.ts';

const STOPPED = STOPPED_RUN_STATUSES.map((status) => `'${status}'`).join();

/** Who holds places in pools, and who waits for them. Its methods are parts of one step. */
export class PlaceTables {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  take(execution: number, ordinal: number, demand: Demand): boolean {
    if (execution === NONE) return false;
    if (this.#holds(execution, ordinal, demand)) return true;
    if (!this.#isOpen(execution, demand)) return false;
    this.#hold(execution, ordinal, demand);
    return true;
  }

  takeForBest(execution: number, demands: readonly Demand[], turn?: Turn): number | 'over' | undefined {
    if (turn !== undefined && this.#sharedHeld(turn.pool) !== turn.held) return 'over';
    let best: { rank: number; ordinal: number; demand: Demand } | undefined;
    for (const demand of demands) {
      if (!this.#isOpen(execution, demand)) continue;
      const first = this.#firstWithout(execution, demand);
      if (first !== undefined && (best === undefined || first.rank < best.rank)) best = { ...first, demand };
    }
    if (best !== undefined) this.#hold(execution, best.ordinal, best.demand);
    return best?.ordinal;
  }

  free(execution: number, ordinal: number, demand: Demand): void {
    for (const place of demand)
      this.#sql.do('DELETE FROM holders WHERE execution = ? AND pool = ? AND ordinal = ?', execution, nameOf(place), ordinal);
    this.deleteWaiting(execution, ordinal);
  }

  holders(execution: number, places: readonly Place[]): number[] {
    const holders = places.flatMap((place) =>
      this.#sql.all<{ ordinal: number }>('SELECT ordinal FROM holders WHERE execution = ? AND pool = ?', execution, nameOf(place)),
    );
    return [...new Set(holders.map((row) => row.ordinal))];
  }

  putWaiting(execution: number, { ordinal, rank, priority }: Waiter, demand: Demand): void {
    if (execution === NONE) return;
    const shared = demand.find(isShared)?.pool ?? null;
    if (shared !== null && !this.#goesOn(execution)) return;
    this.#sql.do('INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?, ?, ?)', execution, queueOf(demand), rank, ordinal, priority, shared);
  }

  deleteWaiting(execution: number, ordinal: number): void {
    // by itself SQLite looks through all that wait: the primary key begins with the execution too
    this.#sql.do('DELETE FROM waiting INDEXED BY waiting_by_task WHERE execution = ? AND ordinal = ?', execution, ordinal);
  }

  isWaiting(execution: number, ordinal: number): boolean {
    return (
      this.#sql.one('SELECT 1 FROM waiting INDEXED BY waiting_by_task WHERE execution = ? AND ordinal = ?', execution, ordinal) !==
      undefined
    );
  }

  isOutranked(execution: number, rank: number, demands: readonly Demand[]): boolean {
    return demands.some(
      (demand) =>
        this.#sql.one('SELECT 1 FROM waiting WHERE execution = ? AND queue = ? AND rank < ? LIMIT 1', execution, queueOf(demand), rank) !==
        undefined,
    );
  }

  /** Who waits for the places of this demand and has not got them. */
  #firstWithout(execution: number, demand: Demand): { rank: number; ordinal: number } | undefined {
    return this.#sql.one(
      `SELECT rank, ordinal FROM waiting WHERE execution = ?1 AND queue = ?2
         AND NOT EXISTS (SELECT 1 FROM holders WHERE execution = ?1 AND pool = ?3 AND ordinal = waiting.ordinal)
       ORDER BY rank LIMIT 1`,
      execution,
      queueOf(demand),
      nameOf(demand[0]!),
    );
  }

  /** A task holds all its places or none: one tells. */
  #holds(execution: number, ordinal: number, demand: Demand): boolean {
    const name = nameOf(demand[0]!);
    return this.#sql.one('SELECT 1 FROM holders WHERE execution = ? AND pool = ? AND ordinal = ?', execution, name, ordinal) !== undefined;
  }

  /** Whether all places are to be had. A run that is stopped gets no shared one: nobody would give it back. */
  #isOpen(execution: number, demand: Demand): boolean {
    if (demand.some(isShared) && !this.#goesOn(execution)) return false;
    return demand.every((place) =>
      place.limit === 'shared' ? this.#hasSharedRoom(place.pool) : this.#hasRoom(execution, place.pool, place.limit),
    );
  }

  #goesOn(execution: number): boolean {
    const current = this.#sql.one(
      `SELECT 1 FROM executions e JOIN runs r ON r.run = e.run AND r.execution = e.number
       WHERE e.execution = ? AND r.status NOT IN (${STOPPED})`,
      execution,
    );
    return current !== undefined;
  }

  #hasRoom(execution: number, pool: string, limit: number): boolean {
    return (
      this.#sql.one<{ taken: number }>('SELECT count(*) AS taken FROM holders WHERE execution = ? AND pool = ?', execution, pool)!.taken <
      limit
    );
  }

  #hasSharedRoom(pool: string): boolean {
    return this.#sharedHeld(pool) < (this.#sql.one<{ size: number }>('SELECT size FROM shared_pools WHERE name = ?', pool)?.size ?? 0);
  }

  #sharedHeld(pool: string): number {
    return this.#sql.one<{ taken: number }>('SELECT count(*) AS taken FROM holders WHERE pool = ?', sharedName(pool))!.taken;
  }

  #hold(execution: number, ordinal: number, demand: Demand): void {
    for (const place of demand) this.#sql.do('INSERT INTO holders VALUES (?, ?, ?)', execution, nameOf(place), ordinal);
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
