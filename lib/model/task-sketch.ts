import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * What can be read of a task, however wrong the rest of it is: so that one wrong field does not hide what is wrong between
 * tasks.
 */
export interface TaskSketch {
  /** Place in the plan. */
  readonly ordinal: number;
  readonly id: string;
  readonly name: string;
  /** Ids it depends on, and where they stand among its dependencies. */
  readonly dependencies: readonly SketchedDependency[];
  readonly inputs: JsonObject;
  readonly prompt: string | null;
}

export interface SketchedDependency {
  readonly id: string;
  readonly index: number;
  /** Of a data dependency. */
  readonly outputKey?: string;
}

/** Undefined for what has no id. */
export function sketchTask(raw: JsonValue, ordinal: number): TaskSketch | undefined {
  if (!isJsonObject(raw)) return undefined;
  const id = stringOf(raw, 'task_id');
  if (id === undefined) return undefined;
  const name = stringOf(raw, 'name') ?? '';
  const listed = own(raw, 'dependencies');
  const dependencies = (Array.isArray(listed) ? listed : []).flatMap((dependency, index): SketchedDependency[] => {
    if (!isJsonObject(dependency)) return [];
    const on = stringOf(dependency, 'task_id');
    if (on === undefined) return [];
    const outputKey = own(dependency, 'dependency_type') === 'data' ? stringOf(dependency, 'output_key') : undefined;
    return [{ id: on, index, ...(outputKey === undefined ? {} : { outputKey }) }];
  });
  const inputs = own(raw, 'inputs');
  return {
    ordinal,
    id,
    name: name.trim() === '' ? id : name,
    dependencies,
    inputs: isJsonObject(inputs) ? inputs : {},
    prompt: stringOf(raw, 'llm_prompt') ?? null,
  };
}

export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function stringOf(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === 'string' ? value : undefined;
}
