import { didYouMean } from './did-you-mean.ts';
import { MissingOutputError } from './errors.ts';
import type { JsonValue } from './json.ts';

/** Where a binding's value comes from. */
export interface BindingReference {
  /** What stands between the braces. */
  readonly text: string;
  /** The ordinal of a task, the run's context, or the item that the task is for: `{item, index}`. */
  readonly source: number | 'context' | 'item';
  readonly path: readonly (string | number)[];
  /** Of an item: that of the nearest foreach around (absent), or so many further out: an input was handed through these. */
  readonly outward?: number;
  /** In an input that the task has of the compound that it is in: it waits for the source already, or for what does. */
  readonly inherited?: true;
}

/** Why a template or a reference cannot be read. */
export class BindingSyntaxError extends Error {
  override readonly name = 'BindingSyntaxError';
}

export type TemplatePart = { readonly literal: string } | { readonly reference: string };

/**
 * Takes a string with bindings apart: `a {{b.c}} d` -> literal, reference, literal. `\{{` is a literal `{{`.
 *
 * @throws BindingSyntaxError when `{{` has no `}}`, or nothing between
 */
export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    if (text[open - 1] === '\\' && open > at) {
      literal += `${text.slice(at, open - 1)}{{`;
      at = open + 2;
      continue;
    }
    const close = text.indexOf('}}', open + 2);
    if (close < 0) throw new BindingSyntaxError(`"{{" at character ${open + 1} is not closed`);
    const reference = text.slice(open + 2, close).trim();
    if (reference === '') throw new BindingSyntaxError(`the binding at character ${open + 1} is empty`);
    literal += text.slice(at, open);
    if (literal !== '') parts.push({ literal });
    parts.push({ reference });
    literal = '';
    at = close + 2;
  }
  literal += text.slice(at);
  if (literal !== '') parts.push({ literal });
  return parts;
}

/** A string that stands for itself where bindings are replaced. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('{{', '\\{{');
}

/** Ordinals by task id, and by name all that have it. */
export interface ReferenceNames {
  readonly byId: Pick<ReadonlyMap<string, number>, 'get' | 'has' | 'keys'>;
  readonly byName: ReadonlyMap<string, readonly number[]>;
  /** Those around, where what is not found here is looked for. */
  readonly outer?: ReferenceNames;
  /** For each item of a foreach: `item` and `index` are there. */
  readonly hasItem?: boolean;
}

/**
 * Reads what stands between the braces. Ids and names may contain dots and brackets themselves, so the longest one that fits
 * is meant; an id goes before a name, and what is nearer before what is further out. `context` is always the run's context, and
 * what a foreach does for each item finds it as `item`, and its place in the list as `index`.
 *
 * @throws BindingSyntaxError for unknown or ambiguous references and for paths that are not well formed
 */
export function parseReference(text: string, names: ReferenceNames): BindingReference {
  if (/^context(?=[.[]|$)/.test(text)) return { text, source: 'context', path: parsePath(text.slice('context'.length), text) };
  for (let scope: ReferenceNames | undefined = names; scope !== undefined; scope = scope.outer) {
    if (scope.hasItem && /^(item|index)(?=[.[]|$)/.test(text)) return { text, source: 'item', path: parsePath(`.${text}`, text) };
    const found = findReference(text, scope);
    if (found !== undefined) return found;
  }
  throw new UnknownReferenceError(text);
}

function findReference(text: string, names: ReferenceNames): BindingReference | undefined {
  for (let end = text.length; end > 0; end--) {
    if (end < text.length && text[end] !== '.' && text[end] !== '[') continue;
    const ref = text.slice(0, end);
    const named = names.byName.get(ref) ?? [];
    const source = names.byId.get(ref) ?? named[0];
    if (source === undefined) continue;
    if (!names.byId.has(ref) && named.length > 1)
      throw new BindingSyntaxError(`${JSON.stringify(ref)} is the name of ${named.length} tasks: use a task id`);
    return { text, source, path: parsePath(text.slice(end), text) };
  }
  return undefined;
}

/** The reference begins with no id or name of a task. */
export class UnknownReferenceError extends BindingSyntaxError {
  readonly reference: string;

  constructor(text: string) {
    const reference = text.split(/[.[]/, 1)[0] ?? text;
    super(`${JSON.stringify(reference)} is neither a task id nor the name of a task`);
    this.reference = reference;
  }
}

const STEP = /\.([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

function parsePath(path: string, text: string): (string | number)[] {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) throw new BindingSyntaxError(`${JSON.stringify(text)} is not a path: write ref.key, ref[0] or ref["a key"]`);
    if (match[1] !== undefined) steps.push(match[1].trim());
    else if (match[2] !== undefined) steps.push(Number(match[2]));
    else steps.push(readKey(match[3]!, text));
  }
  return steps;
}

function readKey(quoted: string, text: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch (error) {
    throw new BindingSyntaxError(`${JSON.stringify(text)} has a key that is not a JSON string`, { cause: error });
  }
}

/**
 * A copy of a template with its bindings replaced. A string that is one binding takes the value as it is; inside longer text
 * strings are inserted as they are, everything else as JSON. Nothing is shared with the template: executors may change what
 * they are given.
 */
export function bindValue(template: JsonValue, resolve: (reference: string) => JsonValue): JsonValue {
  if (typeof template === 'string') return template.includes('{{') ? bindText(template, resolve) : template;
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((item) => bindValue(item, resolve));
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, bindValue(item, resolve)]));
}

function bindText(text: string, resolve: (reference: string) => JsonValue): JsonValue {
  const parts = parseTemplate(text);
  const [first] = parts;
  if (parts.length === 1 && first !== undefined && 'reference' in first) return resolve(first.reference);
  return parts
    .map((part) => {
      if ('literal' in part) return part.literal;
      const value = resolve(part.reference);
      return typeof value === 'string' ? value : JSON.stringify(value);
    })
    .join('');
}

/**
 * Follows a path through own properties.
 *
 * @param owner whose value it is, for the message: `task fetch`, `the context`
 * @throws MissingOutputError (E5402) naming the reference, the owner, the keys there are where the path ends, and the one probably meant
 */
export function followPath(value: JsonValue, path: readonly (string | number)[], text: string, owner: string): JsonValue {
  let current = value;
  for (const step of path) {
    const next = stepInto(current, step);
    if (next === undefined)
      throw new MissingOutputError(`{{${text}}} has no value: ${owner} has no ${JSON.stringify(step)}; ${describeKeys(current, step)}`);
    current = next;
  }
  return current;
}

/** What a path leads to through own properties; undefined where that is not there. */
export function valueAt(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((current, step) => (current === undefined ? undefined : stepInto(current, step)), value);
}

function stepInto(value: JsonValue, step: string | number): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  return Object.hasOwn(value, step) ? value[step] : undefined;
}

const NAMED_KEYS = 20;

function describeKeys(value: JsonValue, missing: string | number): string {
  if (typeof value !== 'object' || value === null) return `there is ${value === null ? 'null' : `a ${typeof value}`}`;
  if (Array.isArray(value)) return `there is a list of ${value.length}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'there are no keys';
  const more = keys.length > NAMED_KEYS ? ` and ${keys.length - NAMED_KEYS} more` : '';
  const { hint } = didYouMean(String(missing), keys);
  return `there are ${keys.slice(0, NAMED_KEYS).join(', ')}${more}${hint === undefined ? '' : `; ${hint}`}`;
}
