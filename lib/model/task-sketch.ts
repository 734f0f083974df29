import { FOREACH_OUTPUTS } from './foreach-outputs.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { PlacedTask } from './place-tasks.ts';

/**
 * What can be read of a task, however wrong the rest of it is: so that one wrong field does not hide what is wrong between
 * tasks.
 */
export interface TaskSketch {
  /** Place among all tasks. */
  readonly ordinal: number;
  readonly id: string;
  readonly name: string;
  /** Ids it depends on, as they are given, and where they stand among its dependencies. */
  readonly dependencies: readonly SketchedDependency[];
  readonly inputs: JsonObject;
  readonly prompt: string | null;
  /** The compound that it is in. */
  readonly parent?: string;
  /** Of a compound: the templates of its outputs. */
  readonly outputs?: JsonObject;
  /** Of a foreach: its list, or the template of it. */
  readonly foreach?: JsonValue;
  /** Of a compound: it runs a stored plan, over whose tasks these are. */
  readonly runsPlan?: true;
}

export interface SketchedDependency {
  readonly id: string;
  readonly index: number;
  /** Of a data dependency. */
  readonly outputKey?: string;
}

/** Undefined for what has no id. */
export function sketchTask({ given: raw, ordinal, id, parent }: PlacedTask): TaskSketch | undefined {
  if (!isJsonObject(raw) || id === undefined) return undefined;
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
  const foreach = own(raw, 'foreach') ?? null;
  const outputs = foreach !== null ? NAMES_OF_OUTPUTS : own(raw, 'task_type') === 'compound' ? (own(raw, 'outputs') ?? {}) : undefined;
  return {
    ordinal,
    id,
    name: name.trim() === '' ? stringOf(raw, 'task_id')! : name,
    dependencies,
    inputs: isJsonObject(inputs) ? inputs : {},
    prompt: stringOf(raw, 'llm_prompt') ?? null,
    ...(parent === undefined ? {} : { parent: parent.id! }),
    ...(outputs === undefined ? {} : { outputs: isJsonObject(outputs) ? outputs : {} }),
    ...(foreach === null ? {} : { foreach }),
    ...(stringOf(raw, 'plan_ref') === undefined ? {} : { runsPlan: true as const }),
  };
}

/** What a foreach puts out is not the plan's to say. */
export const NAMES_OF_OUTPUTS: JsonObject = Object.fromEntries(FOREACH_OUTPUTS.map((name) => [name, null]));

export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function stringOf(object: JsonObject, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === 'string' ? value : undefined;
}
