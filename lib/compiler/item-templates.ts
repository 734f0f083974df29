import type { Plan } from '../model/plan.ts';
import { remapRecord } from '../model/remap-record.ts';
import type { ItemBatches, TaskRecord } from '../model/task-record.ts';

interface Templates {
  /** Of every foreach that has not begun, by its end: the lowest ordinal of the tasks that stand for those of its items. */
  readonly standIns: ReadonlyMap<number, number>;
  readonly batchesOf: ReadonlyMap<number, ItemBatches>;
  /** Tasks of the plan; the others stand for those of items. */
  readonly count: number;
}

/**
 * Puts the records of stand-ins where they belong: into that of their foreach. Their ordinals become negative, so that whoever puts those of an
 * item in their place takes nothing else for them.
 */
export function withItemTemplates(records: readonly TaskRecord[], { standIns, batchesOf, count }: Templates): readonly TaskRecord[] {
  if (standIns.size === 0) return records;
  const ordinalOf = (ordinal: number): number => (ordinal < count ? ordinal : count - 1 - ordinal);
  const withTemplate = (record: TaskRecord): TaskRecord => {
    const first = standIns.get(record.ordinal);
    const { foreach } = record;
    if (first === undefined || foreach === undefined) return record;
    const { items: _, ...facts } = foreach;
    const template = records.slice(first, first + foreach.size).map(withTemplate);
    return { ...record, foreach: { ...facts, batches: batchesOf.get(record.ordinal)!, template } };
  };
  return records.slice(0, count).map((record) => remapRecord(withTemplate(record), { ordinalOf, idOf: (id) => id }));
}

/** The places for the tasks of a foreach that has a `max_concurrency`. */
export function itemPools({ tasks }: Pick<Plan, 'tasks'>): Record<string, number> {
  return Object.fromEntries(tasks.flatMap(({ foreach }) => (foreach?.pool == null ? [] : [[foreach.pool.name, foreach.pool.limit]])));
}
