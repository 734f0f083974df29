import type { ExecutionRef } from '../../model/execution-ref.ts';
import { type GateDocument, gateKey } from './table.ts';
import type { TableClient } from './table-client.ts';

/** GATE items: what arrived and who waits, each a set that only grows. */
export class GateItems {
  readonly #table: TableClient;
  readonly #expiry: () => number;

  constructor(table: TableClient, expiry: () => number) {
    this.#table = table;
    this.#expiry = expiry;
  }

  async addToken(ref: ExecutionRef, ordinal: number, token: string): Promise<{ arrived: number; reentered: boolean }> {
    const before = await this.#add(ref, ordinal, 'tokens', token, 'ALL_OLD');
    return { arrived: before?.arrived?.size ?? 0, reentered: (before?.tokens?.size ?? 0) > 0 };
  }

  async addArrival(ref: ExecutionRef, ordinal: number, dependency: number): Promise<{ arrived: number; hasToken: boolean }> {
    const after = await this.#add(ref, ordinal, 'arrived', dependency, 'ALL_NEW');
    return { arrived: after?.arrived?.size ?? 0, hasToken: (after?.tokens?.size ?? 0) > 0 };
  }

  async listTokens(ref: ExecutionRef, ordinal: number): Promise<string[]> {
    const gate = await this.#table.get<GateDocument>(gateKey(ref, ordinal), '#tokens');
    return [...(gate?.tokens ?? [])];
  }

  async #add(
    ref: ExecutionRef,
    ordinal: number,
    set: 'tokens' | 'arrived',
    member: string | number,
    returned: 'ALL_OLD' | 'ALL_NEW',
  ): Promise<GateDocument | undefined> {
    const result = await this.#table.update(
      gateKey(ref, ordinal),
      { update: `ADD #${set} :member SET #expires_at = :expiry`, values: { ':member': new Set([member]), ':expiry': this.#expiry() } },
      returned,
    );
    return result.written ? (result.attributes as GateDocument | undefined) : undefined;
  }
}
