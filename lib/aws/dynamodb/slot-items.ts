import { itemExists, slotIsFreeForAnother, slotIsToBeHad } from './conditions.ts';
import { expressions, type Parts } from './expressions.ts';
import { runPartition, type SlotDocument, slotKey, WAIT_PREFIX, type WaitDocument, waiterKey, waitKey } from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

const MAX_PAGE = 100;

/** The SLOT item, whose holders are the tasks inside, and the WAIT items of those that queue for it. */
export class SlotItems {
  readonly #table: TableClient;
  readonly #expiry: () => number;
  readonly #newId: () => string;

  constructor(table: TableClient, expiry: () => number, newId: () => string) {
    this.#table = table;
    this.#expiry = expiry;
    this.#newId = newId;
  }

  async take(runId: string, ordinal: number, limit: number): Promise<boolean> {
    return (await this.#table.update(slotKey(runId), this.#taking(slotIsToBeHad, ordinal, limit))).written;
  }

  /**
   * Chosen by reading, taken on the condition that it is still so: the task waits and holds no slot, and there is one. Where it is
   * not, another has taken a slot or given one back, and it is chosen anew.
   */
  async takeForBest(runId: string, limit: number): Promise<number | undefined> {
    for (;;) {
      const holders = new Set(await this.holders(runId));
      const best = holders.size < limit ? await this.#bestBut(holders, runId) : undefined;
      if (best === undefined) return undefined;
      const { ordinal, rank } = best;
      const { name: TableName } = this.#table;
      const waits = { TableName, Key: waitKey(runId, rank, ordinal), ...expressions({ condition: itemExists }) };
      const { written } = await this.#table.transact(
        [
          { ConditionCheck: { ...waits, ConditionExpression: itemExists } },
          this.#updateOfSlot(runId, this.#taking(slotIsFreeForAnother, ordinal, limit)),
        ],
        this.#newId(),
      );
      if (written) return ordinal;
    }
  }

  /** A task that has ended rarely waits still. Where it does, slot and place go in one step: else others might let it in between the two. */
  async free(runId: string, ordinal: number): Promise<void> {
    const leaving: Parts = { update: 'DELETE #holders :holder', values: { ':holder': new Set([ordinal]) } };
    const waiter = await this.#waiter(runId, ordinal);
    if (waiter === undefined) await this.#table.update(slotKey(runId), leaving);
    else await this.#table.transact([this.#updateOfSlot(runId, leaving), ...this.#deletesOf(runId, ordinal, waiter.rank)], this.#newId());
  }

  async holders(runId: string): Promise<number[]> {
    const slot = await this.#table.get<SlotDocument>(slotKey(runId), '#holders');
    return [...(slot?.holders ?? [])];
  }

  /** Two items in one transaction: one is found by rank, the other tells the rank. */
  async putWaiting(runId: string, ordinal: number, rank: number): Promise<void> {
    const TableName = this.#table.name;
    const waiting = { ordinal, rank, expires_at: this.#expiry() };
    await this.#table.transact(
      [
        { Put: { TableName, Item: { ...waitKey(runId, rank, ordinal), ...waiting } } },
        { Put: { TableName, Item: { ...waiterKey(runId, ordinal), ...waiting } } },
      ],
      this.#newId(),
    );
  }

  /** Most tasks never wait: that is found out by a read, which costs less than a delete in vain. */
  async deleteWaiting(runId: string, ordinal: number): Promise<void> {
    const waiter = await this.#waiter(runId, ordinal);
    if (waiter !== undefined) await this.#table.transact(this.#deletesOf(runId, ordinal, waiter.rank), this.#newId());
  }

  async isWaiting(runId: string, ordinal: number): Promise<boolean> {
    return (await this.#waiter(runId, ordinal)) !== undefined;
  }

  /** Of the waiting tasks at most as many hold a slot as there are holders: the best that does not is among the first. */
  async #bestBut(holders: ReadonlySet<number>, runId: string): Promise<WaitDocument | undefined> {
    const byRank = this.#table.query<WaitDocument>(
      {
        keyCondition: '#PK = :run AND begins_with(#SK, :prefix)',
        projection: '#ordinal, #rank',
        values: { ':run': runPartition(runId), ':prefix': WAIT_PREFIX },
      },
      { Limit: Math.min(holders.size + 1, MAX_PAGE) },
    );
    for await (const waiting of byRank) if (!holders.has(waiting.ordinal)) return waiting;
    return undefined;
  }

  async #waiter(runId: string, ordinal: number): Promise<WaitDocument | undefined> {
    return this.#table.get<WaitDocument>(waiterKey(runId, ordinal), '#rank');
  }

  #taking(condition: string, ordinal: number, limit: number): Parts {
    return {
      update: 'ADD #holders :holder SET #expires_at = :expiry',
      condition,
      values: { ':holder': new Set([ordinal]), ':ordinal': ordinal, ':limit': limit, ':expiry': this.#expiry() },
    };
  }

  #updateOfSlot(runId: string, parts: Parts): TransactWrite {
    const update = expressions(parts);
    return {
      Update: { TableName: this.#table.name, Key: slotKey(runId), ...update, UpdateExpression: update.UpdateExpression! },
    };
  }

  #deletesOf(runId: string, ordinal: number, rank: number): TransactWrite[] {
    const TableName = this.#table.name;
    return [waitKey(runId, rank, ordinal), waiterKey(runId, ordinal)].map((Key) => ({ Delete: { TableName, Key } }));
  }
}
