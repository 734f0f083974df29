import type { Demand } from '../../runtime/ports.ts';
import type { Statements } from './statements.ts';

/** Who holds places in the pools of a run, and who waits for them. Its methods are parts of one step. */
export class PlaceTables {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  take(run: number, ordinal: number, demand: Demand): boolean {
    if (this.#holds(run, ordinal, demand)) return true;
    if (!this.#hasRoom(run, demand)) return false;
    this.#hold(run, ordinal, demand);
    return true;
  }

  takeForBest(run: number, demands: readonly Demand[]): number | undefined {
    let best: { rank: number; ordinal: number; demand: Demand } | undefined;
    for (const demand of demands) {
      if (!this.#hasRoom(run, demand)) continue;
      const first = this.#firstWithout(run, demand);
      if (first !== undefined && (best === undefined || first.rank < best.rank)) best = { ...first, demand };
    }
    if (best !== undefined) this.#hold(run, best.ordinal, best.demand);
    return best?.ordinal;
  }

  free(run: number, ordinal: number, demand: Demand): void {
    for (const { pool } of demand) this.#sql.do('DELETE FROM holders WHERE run = ? AND pool = ? AND ordinal = ?', run, pool, ordinal);
    this.deleteWaiting(run, ordinal);
  }

  holders(run: number, pools: readonly string[]): number[] {
    const holders = pools.flatMap((pool) =>
      this.#sql.all<{ ordinal: number }>('SELECT ordinal FROM holders WHERE run = ? AND pool = ?', run, pool),
    );
    return [...new Set(holders.map((row) => row.ordinal))];
  }

  putWaiting(run: number, ordinal: number, rank: number, demand: Demand): void {
    this.#sql.do('INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?)', run, queueOf(demand), rank, ordinal);
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
      demand[0]!.pool,
    );
  }

  /** A task holds all its places or none: one tells. */
  #holds(run: number, ordinal: number, demand: Demand): boolean {
    return this.#sql.one('SELECT 1 FROM holders WHERE run = ? AND pool = ? AND ordinal = ?', run, demand[0]!.pool, ordinal) !== undefined;
  }

  #hasRoom(run: number, demand: Demand): boolean {
    return demand.every(({ pool, limit }) => {
      const { taken } = this.#sql.one<{ taken: number }>('SELECT count(*) AS taken FROM holders WHERE run = ? AND pool = ?', run, pool)!;
      return taken < limit;
    });
  }

  #hold(run: number, ordinal: number, demand: Demand): void {
    for (const { pool } of demand) this.#sql.do('INSERT INTO holders VALUES (?, ?, ?)', run, pool, ordinal);
  }
}

/** Tasks that wait for the same places wait in one queue. */
function queueOf(demand: Demand): string {
  return demand.map(({ pool }) => pool).join('/');
}
