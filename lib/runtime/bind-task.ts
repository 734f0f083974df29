import { bindValue, followPath } from '../model/bindings.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { RecordReference, TaskRecord } from '../model/task-record.ts';

export interface Producer {
  readonly id: string;
  readonly outputs: JsonObject;
}

/** What a task of a foreach's item reads of it. */
export interface ForeachItem {
  /** The foreach. */
  readonly of: string;
  readonly index: number;
  readonly item: JsonValue;
}

/**
 * The content and inputs of a task with its bindings replaced.
 *
 * @param items those of each foreach around, the nearest first
 * @throws MissingOutputError (E5402) where a binding has no value
 */
export function bindTask(
  record: TaskRecord,
  producerOf: (ordinal: number) => Producer,
  context: JsonObject,
  items: readonly ForeachItem[] = [],
): { content: string; inputs: JsonObject } {
  const read = ({ source, path, outward = 0 }: RecordReference, text: string): JsonValue => {
    if (source === 'context') return followPath(context, path, text, 'the context');
    if (source === 'item') {
      const { of, index, item } = items[outward]!;
      return followPath({ item, index }, path, text, `item ${index} of the foreach ${of}`);
    }
    const { id, outputs } = producerOf(source);
    return followPath(outputs, path, text, `task ${id}`);
  };
  const resolve = (text: string): JsonValue => read(record.references[text]!, text);
  const content = bindValue(record.content, resolve);
  const inputs = bindValue(record.inputs, resolve) as JsonObject;
  const bound = Object.entries(record.boundInputs).map(([key, reference]): [string, JsonValue] => [
    key,
    read(reference, `${typeof reference.source === 'number' ? producerOf(reference.source).id : reference.source}.${key}`),
  ]);
  return {
    content: typeof content === 'string' ? content : JSON.stringify(content),
    inputs: bound.length === 0 ? inputs : Object.fromEntries([...Object.entries(inputs), ...bound]),
  };
}
