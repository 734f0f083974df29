import { type ExecutionRef, refOf } from '../../model/execution-ref.ts';
import type { BlobStore } from '../../runtime/ports/blob-store.ts';
import type { EndedRun, EndedRuns } from '../../runtime/ports/ended-runs.ts';
import { runBlobs } from '../../runtime/run-blobs.ts';
import { finalRunStatuses, runHasEndedThen } from './conditions.ts';
import { expressions } from './expressions.ts';
import {
  ENDED_PARTITION,
  type EndedDocument,
  endedKey,
  type ItemKey,
  type RunDocument,
  runKey,
  runPartition,
  WAIT_PREFIX,
} from './table.ts';
import type { TableClient, TransactWrite } from './table-client.ts';

/*
 * Runs are removed by hand, not by DynamoDB's time to live. A time to live stands in an item from its last write on: a task's would have
 * to outlast the longest run, a year, and keeping an item for so long costs more than to delete it (0.25 USD a GB and month; 0.625 USD
 * a million items of about a KB). To set it when the run ends would cost the same write for each item that its deletion does.
 *
 * So the end of a run, a transaction anyhow, puts one entry more: where the runs are found that ended before a time. The time that runs
 * are kept stands nowhere in the table: whatever it is changed to holds for the runs that there are.
 */

/** The entry of a run: part of the transaction that ends it. One that is reopened keeps it: whoever would remove the run finds it going on. */
export function putEnded(tableName: string, ended: Omit<EndedDocument, keyof ItemKey>): TransactWrite {
  return { Put: { TableName: tableName, Item: { ...endedKey(ended), ...ended } } };
}

/** The ENDED entries, and the removal of the runs they are about. */
export class EndedRunItems implements EndedRuns {
  readonly #table: TableClient;
  readonly #blobs: BlobStore | undefined;
  readonly #newId: () => string;

  constructor(table: TableClient, blobs: BlobStore | undefined, newId: () => string) {
    this.#table = table;
    this.#blobs = blobs;
    this.#newId = newId;
  }

  async listEnded(before: string, limit: number): Promise<EndedRun[]> {
    const entries = this.#table.query<EndedDocument>(
      { keyCondition: '#PK = :ended AND #SK < :before', values: { ':ended': ENDED_PARTITION, ':before': before } },
      { Limit: limit },
    );
    const ended: EndedRun[] = [];
    for await (const { run_id, completed_at } of entries) if (ended.push({ run_id, completed_at }) >= limit) break;
    return ended;
  }

  /** The run itself first, which is how all else is found; its entry last, so that a removal that dies is taken up again. */
  async removeRun(ended: EndedRun): Promise<void> {
    const execution = await this.#forget(ended);
    if (execution !== undefined) {
      for (let n = 1; n <= execution; n++) await this.#table.deleteAll(await this.#restOf(refOf({ runId: ended.run_id, execution: n })));
      await this.#blobs?.deleteAll(runBlobs(ended.run_id));
    }
    await this.#table.deleteAll([endedKey(ended)]);
  }

  /** Removes the run's item and its idempotency key; its latest execution, undefined where the run goes on, or has ended another time since. */
  async #forget(ended: EndedRun): Promise<number | undefined> {
    const { run_id, completed_at } = ended;
    const run = await this.#table.get<RunDocument>(runKey(run_id), '#TENANT, #idempotency, #execution');
    if (run === undefined) return (await this.#table.get<EndedDocument>(endedKey(ended), '#execution'))?.execution ?? 1;
    const TableName = this.#table.name;
    const condition = expressions({ condition: runHasEndedThen, values: { ':completed_at': completed_at, ...finalRunStatuses } });
    const deletes: TransactWrite[] = [{ Delete: { TableName, Key: runKey(run_id), ...condition } }];
    if (run.idempotency !== undefined) deletes.push({ Delete: { TableName, Key: { PK: run.TENANT, SK: run.idempotency } } });
    return (await this.#table.transact(deletes, this.#newId())).written ? run.execution : undefined;
  }

  /** But for who waits still: the end of a wait is measured where it is deleted (`change-times.ts`). It has a time to live. */
  async #restOf(ref: ExecutionRef): Promise<ItemKey[]> {
    const items = this.#table.query<ItemKey>({
      keyCondition: '#PK = :run',
      projection: '#PK, #SK',
      values: { ':run': runPartition(ref) },
    });
    const keys: ItemKey[] = [];
    for await (const key of items) if (!key.SK.startsWith(WAIT_PREFIX)) keys.push(key);
    return keys;
  }
}
