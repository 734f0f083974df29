import { slotIsToBeHad } from './conditions.ts';
import { runPartition, type SlotDocument, slotKey, WAIT_PREFIX, type WaitDocument, waiterKey, waitKey } from './table.ts';
import type { TableClient } from './table-client.ts';

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
    const result = await this.#table.update(slotKey(runId), {
      update: 'ADD #holders :holder SET #expires_at = :expiry',
      condition: slotIsToBeHad,
      values: { ':holder': new Set([ordinal]), ':ordinal': ordinal, ':limit': limit, ':expiry': this.#expiry() },
    });
    return result.written;
  }

  async free(runId: string, ordinal: number): Promise<void> {
    await this.#table.update(slotKey(runId), { update: 'DELETE #holders :holder', values: { ':holder': new Set([ordinal]) } });
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
    if (waiter === undefined) return;
    const TableName = this.#table.name;
    await this.#table.transact(
      [{ Delete: { TableName, Key: waitKey(runId, waiter.rank, ordinal) } }, { Delete: { TableName, Key: waiterKey(runId, ordinal) } }],
      this.#newId(),
    );
  }

  async isWaiting(runId: string, ordinal: number): Promise<boolean> {
    return (await this.#waiter(runId, ordinal)) !== undefined;
  }

  async bestWaiting(runId: string): Promise<number | undefined> {
    const byRank = this.#table.query<WaitDocument>(
      {
        keyCondition: '#PK = :run AND begins_with(#SK, :prefix)',
        projection: '#ordinal',
        values: { ':run': runPartition(runId), ':prefix': WAIT_PREFIX },
      },
      { Limit: 1 },
    );
    const { value: best } = await byRank.next();
    return best?.ordinal;
  }

  async #waiter(runId: string, ordinal: number): Promise<WaitDocument | undefined> {
    return this.#table.get<WaitDocument>(waiterKey(runId, ordinal), '#rank');
  }
}
