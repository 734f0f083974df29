import type { RunSpec } from '../../model/task-record.ts';
import type { RunPlan } from '../../runtime/ports.ts';
import { writeChunks } from './chunks.ts';
import { runIsToBePlanned } from './conditions.ts';
import { writeContext } from './create-run.ts';
import { runKey } from './table.ts';
import type { TableClient } from './table-client.ts';

/** Gives a run that was created without one its spec. Its chunks are there before the run refers to them. */
export async function planRun(
  table: TableClient,
  writer: string,
  runId: string,
  { plan_id, goal_id, context }: RunPlan,
  spec: RunSpec,
): Promise<boolean> {
  const chunks = await writeChunks(table, runId, 'SPEC', spec);
  const where = await writeContext(table, runId, context);
  const isInline = where.context !== undefined;
  const result = await table.update(runKey(runId), {
    update:
      'SET #plan_id = :plan_id, #goal_id = :goal_id, #task_count = :task_count, #spec = :spec, #writer = :writer, ' +
      (isInline ? '#context = :context REMOVE #context_chunks' : '#context_chunks = :context REMOVE #context'),
    condition: runIsToBePlanned,
    values: {
      ':queued': 'queued',
      ':plan_id': plan_id,
      ':goal_id': goal_id,
      ':task_count': spec.tasks.length,
      ':spec': chunks,
      ':context': isInline ? where.context : where.context_chunks,
      ':writer': writer,
    },
  });
  return result.written || result.item.writer === writer;
}
