import { itemId, movedId } from '../model/nested-ids.ts';
import { remapRecord } from '../model/remap-record.ts';
import type { RunSpec, TaskRecord } from '../model/task-record.ts';
import type { Expansion } from './ports/tasks.ts';

/** Whether some foreach has no items yet: the spec may be about to grow. */
export function mayGrow({ tasks }: Pick<RunSpec, 'tasks'>): boolean {
  return tasks.some(({ foreach }) => foreach?.template !== undefined);
}

/**
 * A spec with the records of the items that foreach tasks came to.
 *
 * @param expansions by their `first`: an item of one may have another in it. What the spec has already is left as it is
 */
export function withItems(spec: RunSpec, expansions: readonly Expansion[]): RunSpec {
  const isNew = ({ task }: Expansion): boolean => {
    const record = spec.tasks[task];
    return record === undefined || record.foreach?.template !== undefined;
  };
  const added = expansions.filter(isNew);
  if (added.length === 0) return spec;
  const tasks = [...spec.tasks];
  for (const expansion of added) addItems(tasks, expansion);
  return { ...spec, tasks };
}

function addItems(tasks: TaskRecord[], { task, first, count }: Expansion): void {
  const end = tasks[task]!;
  const { template = [], ...foreach } = end.foreach!;
  for (let index = 0; index < count; index++) {
    const move: Move = {
      from: template[0]!.ordinal,
      size: template.length,
      to: first + index * template.length,
      fromId: itemId(end.id, 0),
      toId: itemId(end.id, index),
    };
    for (const record of template) {
      // no execution before this one has anything of it: it is as new as a task of the first
      const { execution: _, ...moved } = movedRecord(record, move);
      tasks[moved.ordinal] = { ...moved, item: { begin: foreach.begin, index, ...(end.item && { outer: end.item }) } };
    }
  }
  tasks[task] = { ...end, foreach: { ...foreach, items: { first, count } } };
}

/** From the tasks that stand for those of items, whose ordinals descend from `from`, to those of one. */
interface Move {
  readonly from: number;
  readonly size: number;
  readonly to: number;
  readonly fromId: string;
  readonly toId: string;
}

function movedRecord(record: TaskRecord, { from, size, to, fromId, toId }: Move): TaskRecord {
  return remapRecord(record, {
    ordinalOf: (ordinal) => (ordinal <= from && ordinal > from - size ? to + from - ordinal : ordinal),
    idOf: (id) => movedId(id, fromId, toId),
  });
}
