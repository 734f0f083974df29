import { RUN_STATE_ATTRIBUTES } from './run-documents.ts';
import { type ItemKey, type RunDocument, runKey, type TaskDocument, taskKey } from './table.ts';
import type { TableClient } from './table-client.ts';
import { TASK_ATTRIBUTES } from './task-documents.ts';

/** All that attempts and gates have to know, but for outputs. */
const STATE_ATTRIBUTES = [...new Set(['#PK', '#SK', ...RUN_STATE_ATTRIBUTES.split(', '), ...TASK_ATTRIBUTES.split(', ')])].join(', ');

export interface FoundItems {
  readonly run: RunDocument | undefined;
  /** With the outputs of those of which they were wanted. */
  readonly tasks: TaskDocument[];
}

/**
 * A run's item and those of some of its tasks. Outputs may have 100 KB each, and a task may have hundreds of dependencies: those that
 * nobody wants are not fetched. One request shows the same of all its items, so there are two where outputs are wanted of some.
 */
export async function readItems(
  table: TableClient,
  runId: string,
  ordinals: readonly number[],
  outputsOf: ReadonlySet<number>,
): Promise<FoundItems> {
  const run = runKey(runId);
  const { whole = [], shown = [] } = Object.groupBy(new Set(ordinals), (ordinal) => (outputsOf.has(ordinal) ? 'whole' : 'shown'));
  const read = (keys: readonly ItemKey[], projection?: string): Promise<ItemKey[]> => table.getAll(keys, projection);
  const keysOf = (some: readonly number[]): ItemKey[] => some.map((ordinal) => taskKey(runId, ordinal));
  const items =
    whole.length > 0 && shown.length === 0
      ? await read([run, ...keysOf(whole)])
      : (await Promise.all([read([run, ...keysOf(shown)], STATE_ATTRIBUTES), read(keysOf(whole))])).flat();
  const isRun = ({ SK }: ItemKey): boolean => SK === run.SK;
  return { run: items.find(isRun) as RunDocument | undefined, tasks: items.filter((item) => !isRun(item)) as TaskDocument[] };
}
