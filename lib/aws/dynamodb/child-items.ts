import type { ExecutionRef } from '../../model/execution-ref.ts';
import { type ChildDocument, childKey } from './table.ts';
import type { TableClient } from './table-client.ts';

/** CHILD items: who waits for the end of a task's child run, a set that only grows. */
export class ChildItems {
  readonly #table: TableClient;
  readonly #expiry: () => number;

  constructor(table: TableClient, expiry: () => number) {
    this.#table = table;
    this.#expiry = expiry;
  }

  async addToken(ref: ExecutionRef, ordinal: number, token: string): Promise<void> {
    const values = { ':tokens': new Set([token]), ':expiry': this.#expiry() };
    await this.#table.update(childKey(ref, ordinal), { update: 'ADD #tokens :tokens SET #expires_at = :expiry', values });
  }

  async listTokens(ref: ExecutionRef, ordinal: number): Promise<string[]> {
    const child = await this.#table.get<ChildDocument>(childKey(ref, ordinal), '#tokens');
    return [...(child?.tokens ?? [])];
  }
}
