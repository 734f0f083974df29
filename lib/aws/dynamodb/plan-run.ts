import { type ExecutionRef, readRef } from '../../model/execution-ref.ts';
import type { JsonObject } from '../../model/json.ts';
import { taskCountOf } from '../../model/task-count.ts';
import type { RunSpec } from '../../model/task-record.ts';
import type { RunPlan } from '../../runtime/ports/runs.ts';
import { writeChunks } from './chunks.ts';
import { runIsToBePlanned } from './conditions.ts';
import { writeContext } from './create-run.ts';
import { type RunDocument, runKey } from './table.ts';
import type { TableClient } from './table-client.ts';

const SET_PLAN =
  'SET #plan_id = :plan_id, #goal_id = :goal_id, #task_count = :task_count, #next_ordinal = :next_ordinal, #spec = :spec, #planned = :execution, #machine = :machine, #writer = :writer';

/** Gives an execution that has none its spec. Its chunks are there before the run refers to them. */
export async function planRun(
  table: TableClient,
  writer: string,
  ref: ExecutionRef,
  { plan_id, goal_id, context, machine }: RunPlan,
  spec: RunSpec,
): Promise<boolean> {
  const { runId, execution } = readRef(ref);
  const ordinals = await earlierOrdinals(table, ref);
  if (ordinals === undefined) return false;
  const chunks = await writeChunks(table, runId, 'SPEC', spec);
  const newContext = context && (await contextUpdate(table, runId, context));
  const result = await table.update(runKey(runId), {
    update: SET_PLAN + (newContext?.update ?? ''),
    condition: runIsToBePlanned,
    values: {
      ':queued': 'queued',
      ':execution': execution,
      ':plan_id': plan_id,
      ':goal_id': goal_id,
      ':task_count': taskCountOf(spec),
      ':next_ordinal': Math.max(spec.tasks.length, ordinals),
      ':spec': chunks,
      ':machine': machine,
      ...newContext?.values,
      ':writer': writer,
    },
  });
  return result.written || result.item.writer === writer;
}

/**
 * How many ordinals the run has. Read before the write: while it is queued in this execution they do not change. undefined where it is
 * not in this execution yet, or not any more.
 */
async function earlierOrdinals(table: TableClient, ref: ExecutionRef): Promise<number | undefined> {
  const { runId, execution } = readRef(ref);
  if (execution === 1) return 0; // nothing has been expanded yet
  const run = await table.get<RunDocument>(runKey(runId), '#execution, #next_ordinal');
  return run?.execution === execution ? (run.next_ordinal ?? 0) : undefined;
}

async function contextUpdate(table: TableClient, runId: string, value: JsonObject): Promise<{ update: string; values: object }> {
  const { context, context_chunks } = await writeContext(table, runId, value);
  return context === undefined
    ? { update: ', #context_chunks = :context REMOVE #context', values: { ':context': context_chunks } }
    : { update: ', #context = :context REMOVE #context_chunks', values: { ':context': context } };
}
