import { createHash } from 'node:crypto';
import type { ExecutionRef } from '../../model/execution-ref.ts';
import type { RunStatus, StoredTaskStatus } from '../../model/run.ts';
import type { EndedRun } from '../../runtime/ports/ended-runs.ts';
import type { Demand } from '../../runtime/ports/places.ts';
import type { StoredPlanEntry } from '../../runtime/ports/stored-plans.ts';
import type { Expansion } from '../../runtime/ports/tasks.ts';

/*
 * The table: every key format and every attribute name. One table, one item collection per run.
 *
 *   PK            SK                          what
 *   RUN#<run id>  RUN                         the run; the only item in the index by tenant and time
 *                 SPEC#<hash>#<n>             the task records, compressed, cut into chunks; immutable
 *                 CONTEXT#<hash>#<n>          the run's context where it is too large for the RUN item
 *                 EXPANSION#<ordinal>#<n>     the tasks that a foreach came to in execution n; immutable
 *                 TASK#<ordinal>              made by the first claim (or by an end without one)
 *                 GATE#<ordinal>              dependencies that arrived, tokens
 *                 POOL#<pool>                 the tasks that hold its places
 *                 WAIT#<queue>#<rank>#<ordinal>  a task that waits for places, found by rank; a queue for each set of pools
 *                 WAITER#<ordinal>            the same task, found by ordinal
 *                 CHILD#<ordinal>             tokens of a task that waits for its child run
 *                 EVENT#<seq>                 a page of the event log, by its first event; written by the stream's consumer
 *   RUN#<run id>/<n>                          of the run's execution n, from its second on: GATE, POOL, WAIT, WAITER and CHILD items
 *   TENANT#<tenant> KEY#<hash>                the run that was made with an idempotency key
 *                   PLAN#<name>               a plan that the tenant keeps, compressed, or the key of the blob that it is in
 *                   POOL#<pool>               a pool that all runs of the tenant share: its limit, who holds its places
 *                   WAITING#<pool>#<urgency>#<created>#<run id>  a run that waits for such a place, the most urgent first;
 *                                             from its second execution on with /<n> behind its id
 *   CALLBACK#<id>   CALLBACK                  an attempt that is finished from outside
 *   ENDED           <time>#<run id>             a run that has ended, by its end: where old runs are found
 *   STATS#<tenant>  STATS                     sums over the tenant's finished runs
 */

export const PARTITION_KEY = 'PK';
export const SORT_KEY = 'SK';
/** Set on items that only matter while their run goes on: the second after which DynamoDB may delete them. */
export const TTL_ATTRIBUTE = 'expires_at';
/** Keys only: who lists runs reads them afterwards, so that their status is never stale. */
export const RUNS_INDEX = 'runs-by-tenant';
export const RUNS_INDEX_PARTITION_KEY = 'TENANT';
export const RUNS_INDEX_SORT_KEY = 'CREATED';

export interface ItemKey {
  readonly PK: string;
  readonly SK: string;
}

/** Which of a run's two large values a chunk belongs to. */
export type ChunkKind = 'SPEC' | 'CONTEXT';

/** For MAX_ORDINALS. */
const ORDINAL_DIGITS = 6;
const RANK_DIGITS = 10;
const SEQ_DIGITS = 10;
const URGENCY_DIGITS = 4;
/** DynamoDB's limits: there is no item of a longer key. */
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

export const TASK_PREFIX = 'TASK#';
export const EXPANSION_PREFIX = 'EXPANSION#';
/** Of all queues. */
export const WAIT_PREFIX = 'WAIT#';
export const EVENT_PREFIX = 'EVENT#';
/** Above every event key. */
export const LAST_EVENT = 'EVENT#~';

/** Of a run, or of what coordinates the tasks of an execution: those of the first are in the run's own. */
export const runPartition = (ref: ExecutionRef): string => `RUN#${ref}`;
export const tenantPartition = (tenantId: string): string => `TENANT#${tenantId}`;
export const createdSort = (createdAt: string, ref: ExecutionRef): string => `${createdAt}#${ref}`;

export const runKey = (runId: string): ItemKey => inRun(runId, 'RUN');
export const chunkKey = (runId: string, kind: ChunkKind, hash: string, n: number): ItemKey => inRun(runId, `${kind}#${hash}#${n}`);
export const taskKey = (runId: string, ordinal: number): ItemKey => inRun(runId, TASK_PREFIX + digits(ordinal, ORDINAL_DIGITS));
export const expansionKey = (runId: string, task: number, execution: number): ItemKey =>
  inRun(runId, `${EXPANSION_PREFIX}${digits(task, ORDINAL_DIGITS)}#${execution}`);
export const gateKey = (ref: ExecutionRef, ordinal: number): ItemKey => inRun(ref, `GATE#${digits(ordinal, ORDINAL_DIGITS)}`);
/** Names of pools have neither # nor /. */
export const poolKey = (ref: ExecutionRef, pool: string): ItemKey => inRun(ref, `POOL#${pool}`);
export const sharedPoolKey = (tenantId: string, pool: string): ItemKey => ({
  PK: tenantPartition(tenantId),
  SK: `${SHARED_POOL_PREFIX}${pool}`,
});
export const SHARED_POOL_PREFIX = 'POOL#';
export const storedPlanKey = (tenantId: string, name: string): ItemKey => ({
  PK: tenantPartition(tenantId),
  SK: `${STORED_PLAN_PREFIX}${name}`,
});
export const STORED_PLAN_PREFIX = 'PLAN#';
/** Where the blobs of stored plans are that are too large for an item. */
export const PLAN_BLOBS = 'plans';
export const waitingRunPrefix = (pool: string): string => `WAITING#${pool}#`;
/** Priorities are from -1000 to 1000. */
export const waitingRunKey = (tenantId: string, pool: string, priority: number, created: string): ItemKey => ({
  PK: tenantPartition(tenantId),
  SK: `${waitingRunPrefix(pool)}${digits(1000 - priority, URGENCY_DIGITS)}#${created}`,
});
/** Tasks that wait for the same places wait in one queue; @ marks a shared pool. */
export const queueOf = (demand: Demand): string => demand.map(({ pool, limit }) => (limit === 'shared' ? `@${pool}` : pool)).join('/');
export const queuePrefix = (queue: string): string => `${WAIT_PREFIX}${queue}#`;
export const waitKey = (ref: ExecutionRef, queue: string, rank: number, ordinal: number): ItemKey =>
  inRun(ref, `${queuePrefix(queue)}${digits(rank, RANK_DIGITS)}#${digits(ordinal, ORDINAL_DIGITS)}`);
export const waiterKey = (ref: ExecutionRef, ordinal: number): ItemKey => inRun(ref, `WAITER#${digits(ordinal, ORDINAL_DIGITS)}`);
export const childKey = (ref: ExecutionRef, ordinal: number): ItemKey => inRun(ref, `CHILD#${digits(ordinal, ORDINAL_DIGITS)}`);
export const eventKey = (runId: string, seq: number): ItemKey => inRun(runId, EVENT_PREFIX + digits(seq, SEQ_DIGITS));
export const callbackKey = (callbackId: string): ItemKey => ({ PK: `CALLBACK#${callbackId}`, SK: 'CALLBACK' });
export const ENDED_PARTITION = 'ENDED';
export const endedKey = ({ completed_at, run_id }: EndedRun): ItemKey => ({ PK: ENDED_PARTITION, SK: `${completed_at}#${run_id}` });
/** Keys come from outside, in any length. */
export const idempotencyKey = (tenantId: string, key: string): ItemKey => ({
  PK: tenantPartition(tenantId),
  SK: `KEY#${createHash('sha256').update(key).digest('hex')}`,
});
export const statisticsKey = (tenantId: string): ItemKey => ({ PK: `STATS#${tenantId}`, SK: 'STATS' });

/** Ids come from outside: none that is too long is found. */
export function isPossible({ PK, SK }: ItemKey): boolean {
  return Buffer.byteLength(PK) <= MAX_PARTITION_KEY_BYTES && Buffer.byteLength(SK) <= MAX_SORT_KEY_BYTES;
}

/** Large values and their chunks: `hash` is of the content, so that a repeated write is the same write. */
export interface ChunksReference {
  readonly hash: string;
  readonly count: number;
}

export interface RunDocument extends ItemKey {
  readonly TENANT: string;
  readonly CREATED: string;
  readonly tenant_id: string;
  readonly run_id: string;
  readonly plan_id: string;
  readonly goal_id: string | null;
  /** The sort key of its idempotency key, where it has one. */
  readonly idempotency?: string;
  readonly status: RunStatus;
  /** The latest. */
  readonly execution: number;
  /** The execution that the spec is of; 0: there is none. */
  readonly planned: number;
  /** Absent while that execution has none. */
  readonly machine?: string;
  /** JSON of the RunOrder. */
  readonly order: string;
  /** JSON of the RunParent; absent where it has none. */
  readonly parent?: string;
  readonly task_count: number;
  /** The ordinal of the next task that a foreach comes to. Absent in runs that were planned before there were such tasks. */
  readonly next_ordinal?: number;
  /** A BigInt where it is not exact as a number. Absent before the run has ended, unless it has a budget of tokens or cost. */
  readonly tokens_used?: number | bigint;
  readonly cost_nano_usd?: number | bigint;
  /** JSON; absent before the run has ended. */
  readonly totals?: string;
  /** The ordinal of the first task of a `fail_fast` plan that failed. */
  readonly failing?: number;
  /** JSON of the totals that the statistics have of the run already; absent before it has ended for the first time. */
  readonly counted?: string;
  /** Absent while the plan is yet to be compiled. */
  readonly spec?: ChunksReference;
  /** JSON; absent where the context is in chunks. */
  readonly context?: string;
  readonly context_chunks?: ChunksReference;
  readonly created_at: string;
  readonly started_at?: string;
  /** When it would have started had it never stood still. */
  readonly timed_from?: string;
  /** When it last was paused or ended. */
  readonly stopped_at?: string;
  readonly completed_at?: string;
  /** JSON. */
  readonly error?: string;
  /** When the status last changed. */
  readonly changed_at: string;
  /** Which call wrote last. */
  readonly writer: string;
}

/** Numbers only: it is read from failed conditions too. */
export interface ExpansionDocument extends ItemKey, Expansion {}

/** Strings and numbers only: it is read from stream images and from failed conditions too. */
export interface TaskDocument extends ItemKey {
  readonly ordinal: number;
  readonly task_id: string;
  readonly status: StoredTaskStatus;
  readonly attempt: number;
  /** Attempts up to its latest reset after an end: it starts anew beyond them. Absent: none. */
  readonly earlier_attempts?: number;
  /** Attempts that ended badly, and how many of them count no more; absent: none. */
  readonly failures?: number;
  readonly forgiven?: number;
  /** Of which execution the task is since it was reset: earlier ones may not write it. Absent: of the first. */
  readonly execution?: number;
  /** JSON. */
  readonly outputs?: string;
  /** The blob that holds the JSON of outputs too large for the item. */
  readonly outputs_key?: string;
  /** JSON. */
  readonly error?: string;
  /** What the outputs say, where they do. */
  readonly tokens_used?: number;
  readonly started_at?: string;
  readonly completed_at?: string;
  /** When status or attempt last changed. */
  readonly changed_at: string;
  /** When the executor of an attempt last said that it goes on. */
  readonly touched_at?: string;
  readonly writer?: string;
}

export interface GateDocument extends ItemKey {
  readonly arrived?: ReadonlySet<number>;
  readonly tokens?: ReadonlySet<string>;
  readonly expires_at: number;
}

export interface PoolDocument extends ItemKey {
  readonly holders?: ReadonlySet<number>;
  readonly expires_at: number;
}

/** Both of a waiting task's items. */
export interface WaitDocument extends ItemKey {
  readonly ordinal: number;
  readonly rank: number;
  readonly priority: number;
  readonly queue: string;
  readonly expires_at: number;
}

export interface SharedPoolDocument extends ItemKey {
  readonly name: string;
  readonly limit: number;
  /** `<ref of the execution>#<ordinal>` */
  readonly holders?: ReadonlySet<string>;
}

export interface StoredPlanDocument extends ItemKey, StoredPlanEntry {
  /** JSON, compressed; absent where it is in a blob. */
  readonly bytes?: Uint8Array;
  /** The key of that blob. */
  readonly blob?: string;
}

export interface ChildDocument extends ItemKey {
  readonly tokens?: ReadonlySet<string>;
  readonly expires_at: number;
}

export interface WaitingRunDocument extends ItemKey {
  readonly ref: ExecutionRef;
  readonly priority: number;
  /** Rises with every task that begins to wait. */
  readonly version: number;
  readonly expires_at: number;
}

export interface CallbackDocument extends ItemKey {
  readonly ref: ExecutionRef;
  readonly ordinal: number;
  readonly attempt: number;
  readonly token: string;
  readonly expires_at: number;
}

export interface EventPageDocument extends ItemKey {
  /** Of the page's first event. */
  readonly seq: number;
  readonly count: number;
  /** The latest `at` of the events in this page and all before it, in milliseconds since the epoch. */
  readonly latest_ms: number;
  /** JSON: the events without `seq` and `run_id`. */
  readonly events: string;
}

export interface IdempotencyDocument extends ItemKey {
  readonly run_id: string;
}

/** What `EndedRun` says, and which execution ended. */
export interface EndedDocument extends ItemKey, EndedRun {
  readonly execution: number;
}

export interface ChunkDocument extends ItemKey {
  readonly bytes: Uint8Array;
}

function inRun(ref: ExecutionRef, sortKey: string): ItemKey {
  return { PK: runPartition(ref), SK: sortKey };
}

function digits(n: number, count: number): string {
  return String(n).padStart(count, '0');
}
