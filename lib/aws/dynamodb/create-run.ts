import type { JsonObject } from '../../model/json.ts';
import { taskCountOf } from '../../model/task-count.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { NewRun, RunOrder } from '../../runtime/ports/runs.ts';
import { writeChunks } from './chunks.ts';
import { itemIsNew } from './conditions.ts';
import { RunExistsError } from './errors.ts';
import { expressions } from './expressions.ts';
import { createdSort, type IdempotencyDocument, idempotencyKey, type RunDocument, runKey, tenantPartition } from './table.ts';
import type { TableClient } from './table-client.ts';

/** A context whose JSON is larger is kept beside the RUN item, which every task reads. */
export const MAX_INLINE_CONTEXT_BYTES = 4 * 1024;

export interface CreatedRun {
  readonly run_id: string;
  /** False: it was there, made with the same idempotency key. */
  readonly created: boolean;
}

interface Creation {
  readonly table: TableClient;
  readonly tenantId: string;
  readonly newId: () => string;
}

/**
 * Writes a run down. The RUN item comes last and makes the run: until then there is none. What a creation leaves behind that dies
 * before is written again, or overlooked.
 *
 * @throws RunExistsError
 */
export async function createRun(creation: Creation, run: NewRun, spec?: RunSpec): Promise<CreatedRun> {
  const { table, tenantId, newId } = creation;
  const key = run.idempotency_key === undefined ? undefined : idempotencyKey(tenantId, run.idempotency_key);
  const earlier = key && (await table.get<IdempotencyDocument>(key));
  if (earlier !== undefined) return { run_id: earlier.run_id, created: false };

  const folder = run.folder ?? '';
  const order: RunOrder = { mode: 'start', folder, plan_folder: folder, for_parent: run.for_parent };
  const document: RunDocument = {
    ...runKey(run.run_id),
    TENANT: tenantPartition(tenantId),
    CREATED: createdSort(run.created_at, run.run_id),
    tenant_id: tenantId,
    run_id: run.run_id,
    plan_id: run.plan_id,
    goal_id: run.goal_id,
    ...(key && { idempotency: key.SK }),
    status: 'queued',
    execution: 1,
    planned: spec === undefined ? 0 : 1,
    ...(run.machine !== undefined && { machine: run.machine }),
    order: JSON.stringify(order),
    ...(run.parent && { parent: JSON.stringify(run.parent) }),
    task_count: spec === undefined ? 0 : taskCountOf(spec),
    next_ordinal: spec?.tasks.length ?? 0,
    ...(spec && { spec: await writeChunks(table, run.run_id, 'SPEC', spec) }),
    ...(await writeContext(table, run.run_id, run.context)),
    created_at: run.created_at,
    changed_at: run.created_at,
    writer: newId(),
  };
  if (key === undefined) return putRun(table, document);
  return putRunAndKey(table, document, { ...key, run_id: run.run_id }, newId());
}

async function putRun(table: TableClient, document: RunDocument): Promise<CreatedRun> {
  const result = await table.put(document, itemIsNew);
  // not refused by another run, but by this very call, whose first answer got lost
  if (result.written || result.item.writer === document.writer) return { run_id: document.run_id, created: true };
  throw new RunExistsError(document.run_id);
}

async function putRunAndKey(table: TableClient, run: RunDocument, key: IdempotencyDocument, token: string): Promise<CreatedRun> {
  const put = (item: object) => ({
    Put: {
      TableName: table.name,
      Item: { ...item },
      ...expressions({ condition: itemIsNew }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    },
  });
  const result = await table.transact([put(key), put(run)], token);
  if (result.written) return { run_id: run.run_id, created: true };
  const [earlier] = result.refused;
  if (earlier === undefined) throw new RunExistsError(run.run_id);
  return { run_id: earlier.run_id as string, created: false };
}

/** The attributes that hold a run's context. */
export async function writeContext(
  table: TableClient,
  runId: string,
  context: JsonObject,
): Promise<Pick<RunDocument, 'context' | 'context_chunks'>> {
  const text = JSON.stringify(context);
  if (Buffer.byteLength(text) <= MAX_INLINE_CONTEXT_BYTES) return { context: text };
  return { context_chunks: await writeChunks(table, runId, 'CONTEXT', context) };
}
