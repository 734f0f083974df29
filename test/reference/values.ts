import { type Node, nodeOf } from './node.ts';
import type { Json, JsonRecord } from './whole-plan.ts';
import { bindingIn, type Definition, type WrittenPlan } from './written-plan.ts';

/** A binding has no value, or a list is none. */
class NoValueError extends Error {}

/** What bindings come to while the plan runs. */
export class Values {
  readonly #written: WrittenPlan;
  readonly #roots: readonly Node[];

  constructor(written: WrittenPlan, roots: readonly Node[]) {
    this.#written = written;
    this.#roots = roots;
  }

  /** Its own, and those of the compounds around it that it does not set, as they are meant where they are written. */
  inputsOf(node: Node): JsonRecord {
    const own = this.values(node.definition.task.inputs ?? {}, node, node.definition);
    let inputs = own;
    for (let at = node.parent; at !== undefined; at = at.parent) {
      if (at.role !== 'compound') continue;
      const unset = Object.entries(at.definition.task.inputs ?? {}).filter(([key]) => !Object.hasOwn(inputs, key));
      inputs = { ...this.values(Object.fromEntries(unset), at, at.definition), ...inputs };
    }
    return inputs;
  }

  /** Templates as whoever has them reads them. @param definition where they are written */
  values(templates: JsonRecord, node: Node, definition: Definition): JsonRecord {
    return Object.fromEntries(Object.entries(templates).map(([key, template]) => [key, this.#value(template, node, definition)]));
  }

  #value(template: Json, node: Node, definition: Definition): Json {
    const text = bindingIn(template);
    if (text === undefined) return template;
    const [, ...path] = text.split('.');
    const source = this.#written.sourceOf(text, definition);
    if (source !== undefined) {
      const producer = nodeOf(source, node, this.#roots);
      if (producer.status !== 'completed') throw new NoValueError(text);
      return follow(producer.outputs, path);
    }
    let at: Node | undefined = node;
    while (at!.item === undefined) at = at!.parent;
    return follow({ ...at!.item }, text.split('.'));
  }
}

function follow(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((at, key) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) throw new NoValueError(key);
    return (at as JsonRecord)[key]!;
  }, value);
}

export function valuesOr<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof NoValueError) return undefined;
    throw error;
  }
}
