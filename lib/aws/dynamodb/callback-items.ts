import type { Callback } from '../../runtime/ports/tasks.ts';
import { type CallbackDocument, callbackKey } from './table.ts';
import type { TableClient } from './table-client.ts';

/** CALLBACK items: found by the id alone, which is all that the one who reports has. */
export class CallbackItems {
  readonly #table: TableClient;
  readonly #expiry: () => number;

  constructor(table: TableClient, expiry: () => number) {
    this.#table = table;
    this.#expiry = expiry;
  }

  async put(callbackId: string, { ref, ordinal, attempt, token }: Callback): Promise<void> {
    const document: CallbackDocument = { ...callbackKey(callbackId), ref, ordinal, attempt, token, expires_at: this.#expiry() };
    await this.#table.put(document);
  }

  async get(callbackId: string): Promise<Callback | undefined> {
    const document = await this.#table.get<CallbackDocument>(callbackKey(callbackId));
    if (document === undefined) return undefined;
    const { ref, ordinal, attempt, token } = document;
    return { ref, ordinal, attempt, token };
  }
}
