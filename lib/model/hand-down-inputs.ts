import { type BindingReference, escapeTemplate, parseTemplate } from './bindings.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Dependency } from './plan.ts';

/** A template and what its bindings mean where it was written. */
export interface BoundTemplate {
  readonly template: JsonValue;
  readonly references: readonly BindingReference[];
}

/** Inputs by their keys, as a compound hands them to its subtasks. */
export type HandedInputs = ReadonlyMap<string, BoundTemplate>;

export interface BoundInputs {
  readonly inputs: JsonObject;
  readonly bindings: readonly BindingReference[];
}

/** The inputs that a compound hands on: its own, what its data dependencies set, and what it has of the compound around it. */
export function inputsToHand(
  own: BoundInputs,
  dependencies: readonly Dependency[],
  placeOf: (id: string) => number,
  outer: HandedInputs,
): HandedInputs {
  const handed = new Map(outer);
  for (const { task_id, dependency_type, output_key } of dependencies) {
    if (dependency_type !== 'data' || output_key === null) continue;
    const text = `${task_id}.${output_key}`;
    handed.set(output_key, { template: `{{${text}}}`, references: [{ text, source: placeOf(task_id), path: [output_key] }] });
  }
  for (const [key, template] of Object.entries(own.inputs)) {
    const texts = textsIn(template);
    handed.set(key, { template, references: own.bindings.filter(({ text }) => texts.has(text)) });
  }
  return handed;
}

/** What a subtask has of its compound's inputs, beside its own: all that it does not set itself. */
export function withHandedInputs(own: BoundInputs, dependencies: readonly Dependency[], handed: HandedInputs): BoundInputs {
  if (handed.size === 0) return own;
  const set = new Set(dependencies.map(({ output_key }) => output_key));
  const inputs: [string, JsonValue][] = [];
  const bindings = [...own.bindings];
  for (const [key, { template, references }] of handed) {
    if (Object.hasOwn(own.inputs, key) || set.has(key)) continue;
    const renamed = new Map<string, string>();
    for (const reference of references) {
      const text = unlessMeant(reference, bindings);
      renamed.set(reference.text, text);
      bindings.push({ ...reference, text, inherited: true });
    }
    inputs.push([key, rename(template, renamed)]);
  }
  return { inputs: Object.fromEntries([...inputs, ...Object.entries(own.inputs)]), bindings };
}

/** The same inputs as the items of a foreach have them: an item that they read is of one further out there. */
export function handedIntoForeach(handed: HandedInputs): HandedInputs {
  const outward = (reference: BindingReference): BindingReference =>
    reference.source === 'item' ? { ...reference, outward: (reference.outward ?? 0) + 1 } : reference;
  return new Map([...handed].map(([key, { template, references }]) => [key, { template, references: references.map(outward) }]));
}

/** The text of a reference; another where the same text means something else here. */
function unlessMeant({ text, source, outward, path }: BindingReference, here: readonly BindingReference[]): string {
  const isOther = (other: BindingReference): boolean =>
    other.source !== source || other.outward !== outward || JSON.stringify(other.path) !== JSON.stringify(path);
  let free = text;
  while (here.some((other) => other.text === free && isOther(other))) free = `/${free}`;
  return free;
}

function textsIn(template: JsonValue): Set<string> {
  const texts = new Set<string>();
  mapStrings(template, (text) => {
    for (const part of parseTemplate(text)) if ('reference' in part) texts.add(part.reference);
    return text;
  });
  return texts;
}

function rename(template: JsonValue, renamed: ReadonlyMap<string, string>): JsonValue {
  if ([...renamed].every(([from, to]) => from === to)) return template;
  return mapStrings(template, (text) =>
    parseTemplate(text)
      .map((part) => ('literal' in part ? escapeTemplate(part.literal) : `{{${renamed.get(part.reference) ?? part.reference}}}`))
      .join(''),
  );
}

/** A copy of a template with its strings that may have bindings replaced. */
function mapStrings(template: JsonValue, replace: (text: string) => string): JsonValue {
  if (typeof template === 'string') return template.includes('{{') ? replace(template) : template;
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((item) => mapStrings(item, replace));
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, mapStrings(item, replace)]));
}
