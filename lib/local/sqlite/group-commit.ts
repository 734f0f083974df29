import type { Statements } from './statements.ts';

interface Step {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs steps as transactions: each is atomic, and its promise resolves once it is committed.
 *
 * Steps that are asked for in the same turn of the event loop share one transaction, which is what makes a wide plan cheap on
 * disk. In memory a commit costs nothing, and every step is committed at once.
 */
export class GroupCommit {
  readonly #sql: Statements;
  readonly #grouped: boolean;
  #waiting: Step[] = [];

  constructor(sql: Statements, grouped: boolean) {
    this.#sql = sql;
    this.#grouped = grouped;
  }

  async run<T>(work: () => T): Promise<T> {
    if (!this.#grouped) return this.#transaction(work);
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.flush());
      this.#waiting.push({ work, resolve: resolve as Step['resolve'], reject });
    });
  }

  /** Commits what is waiting. */
  flush(): void {
    const steps = this.#waiting;
    if (steps.length === 0) return;
    this.#waiting = [];
    let results: unknown[];
    try {
      results = this.#transaction(() => steps.map(({ work }) => work()));
    } catch {
      this.#oneByOne(steps); // one of them failed and undid all
      return;
    }
    for (const [i, step] of steps.entries()) step.resolve(results[i]);
  }

  #oneByOne(steps: readonly Step[]): void {
    for (const { work, resolve, reject } of steps) {
      try {
        resolve(this.#transaction(work));
      } catch (error) {
        reject(error);
      }
    }
  }

  #transaction<T>(work: () => T): T {
    this.#sql.do('BEGIN IMMEDIATE'); // outside: when the lock is not to be had there is nothing to roll back
    try {
      const result = work();
      this.#sql.do('COMMIT');
      return result;
    } catch (error) {
      this.#sql.do('ROLLBACK');
      throw error;
    }
  }
}
