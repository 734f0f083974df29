import { itemId, movedId } from '../model/nested-ids.ts';
import type { RecordReference, RunSpec, TaskRecord } from '../model/task-record.ts';
import type { Expansion } from './ports.ts';

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
      const moved = movedRecord(record, move);
      tasks[moved.ordinal] = { ...moved, item: { begin: foreach.begin, index } };
    }
  }
  tasks[task] = { ...end, foreach: { ...foreach, items: { first, count } } };
}

/** From the tasks that stand for those of items to those of one. */
interface Move {
  readonly from: number;
  readonly size: number;
  readonly to: number;
  readonly fromId: string;
  readonly toId: string;
}

function movedRecord(record: TaskRecord, move: Move): TaskRecord {
  const { from, size, to } = move;
  const at = (ordinal: number): number => (ordinal >= from && ordinal < from + size ? ordinal - from + to : ordinal);
  const all = (ordinals: readonly number[]): readonly number[] => ordinals.map(at);
  const idOf = (id: string): string => movedId(id, move.fromId, move.toId);
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
    ...(item && { item: { ...item, begin: at(item.begin) } }),
    ...(foreach && {
      foreach: {
        ...foreach,
        begin: at(foreach.begin),
        ...(foreach.template && {
          template: foreach.template.map((inner) => movedRecord(inner, move)),
        }),
      },
    }),
  };
}
