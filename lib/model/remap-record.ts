import type { RecordItem, RecordReference, TaskRecord } from './task-record.ts';

function itemAt({ begin, index, outer }: RecordItem, at: (ordinal: number) => number): RecordItem {
  return { begin: at(begin), index, ...(outer && { outer: itemAt(outer, at) }) };
}

interface Remapping {
  readonly ordinalOf: (ordinal: number) => number;
  readonly idOf: (id: string) => string;
}

/** A record with other ordinals and ids in it, its own and those of all that it names; also in the template of a foreach. */
export function remapRecord(record: TaskRecord, { ordinalOf: at, idOf }: Remapping): TaskRecord {
  const all = (ordinals: readonly number[]): readonly number[] => ordinals.map(at);
  const referenceOf = (reference: RecordReference): RecordReference =>
    typeof reference.source === 'number' ? { ...reference, source: at(reference.source) } : reference;
  const referencesOf = (references: Readonly<Record<string, RecordReference>>): Record<string, RecordReference> =>
    Object.fromEntries(Object.entries(references).map(([text, reference]) => [text, referenceOf(reference)]));
  const { rule, gate, conditions, deadlines, within, reads, item, foreach } = record;
  return {
    ...record,
    ordinal: at(record.ordinal),
    id: idOf(record.id),
    boundInputs: referencesOf(record.boundInputs),
    references: referencesOf(record.references),
    dependencies: all(record.dependencies),
    dependents: all(record.dependents),
    opens: all(record.opens),
    ...(reads && { reads: all(reads) }),
    ...(rule && { rule: { ...rule, over: all(rule.over), ...(rule.guard === undefined ? {} : { guard: at(rule.guard) }) } }),
    ...(gate && { gate: { ...gate, dependencies: all(gate.dependencies) } }),
    ...(conditions && { conditions: conditions.map((condition) => ({ ...condition, source: at(condition.source) })) }),
    ...(deadlines && { deadlines: deadlines.map((deadline) => ({ ...deadline, id: idOf(deadline.id), begin: at(deadline.begin) })) }),
    ...(within === undefined ? {} : { within: at(within) }),
    ...(item && { item: itemAt(item, at) }),
    ...(foreach && {
      foreach: {
        ...foreach,
        begin: at(foreach.begin),
        ...(foreach.template && { template: foreach.template.map((inner) => remapRecord(inner, { ordinalOf: at, idOf })) }),
      },
    }),
  };
}
