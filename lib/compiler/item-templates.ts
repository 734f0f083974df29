import type { Plan } from '../model/plan.ts';
import type { ItemBatches, TaskRecord } from '../model/task-record.ts';

interface Templates {
  /** Of every foreach that has not begun, by its end: the lowest ordinal of the tasks that stand for those of its items. */
  readonly standIns: ReadonlyMap<number, number>;
  readonly batchesOf: ReadonlyMap<number, ItemBatches>;
  /** Tasks of the plan; the others stand for those of items. */
  readonly count: number;
}

/** Puts the records of stand-ins where they belong: into that of their foreach. Nothing outside names them: their ordinals are taken by others. */
export function withItemTemplates(records: readonly TaskRecord[], { standIns, batchesOf, count }: Templates): TaskRecord[] {
  const withTemplate = (record: TaskRecord, isThere: (ordinal: number) => boolean): TaskRecord => {
    const known = { ...record, dependents: record.dependents.filter(isThere) };
    const first = standIns.get(record.ordinal);
    const { foreach } = record;
    if (first === undefined || foreach === undefined) return known;
    const { items: _, ...facts } = foreach;
    const last = first + foreach.size - 1;
    const template = records.slice(first, last + 1).map((each) => withTemplate(each, (ordinal) => ordinal >= first && ordinal <= last));
    return { ...known, foreach: { ...facts, batches: batchesOf.get(record.ordinal)!, template } };
  };
  if (standIns.size === 0) return records.slice(0, count);
  return records.slice(0, count).map((record) => withTemplate(record, (ordinal) => ordinal < count));
}

/** The places for the tasks of a foreach that has a `max_concurrency`. */
export function itemPools({ tasks }: Pick<Plan, 'tasks'>): Record<string, number> {
  return Object.fromEntries(tasks.flatMap(({ foreach }) => (foreach?.pool == null ? [] : [[foreach.pool.name, foreach.pool.limit]])));
}
