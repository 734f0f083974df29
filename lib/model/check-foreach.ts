import { BindingSyntaxError, parseReference, parseTemplate, valueAt } from './bindings.ts';
import { isForeach } from './foreach-tasks.ts';
import { MAX_ITEMS, typeOf } from './item-list.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { PlacedTask } from './place-tasks.ts';
import type { ProblemList } from './problem-list.ts';
import { own } from './task-sketch.ts';

/**
 * Lists that are none (E5402) or too long (E5604), and what only a foreach may say (E5600), each task by itself.
 *
 * @param context of the run, where that is known. A value that is not there is found where it is read, as of all bindings
 */
export function checkForeach(tasks: readonly PlacedTask[], context: JsonObject | undefined, problems: ProblemList): void {
  for (const { given, ordinal, id } of tasks) {
    if (!isJsonObject(given)) continue;
    const ids = id === undefined ? [] : [id];
    if (isForeach(given)) checkList(own(given, 'foreach')!, { ordinal, ids, context }, problems);
    else checkOther(given, ordinal, ids, problems);
  }
}

interface Place {
  readonly ordinal: number;
  readonly ids: readonly string[];
  readonly context: JsonObject | undefined;
}

function checkList(given: JsonValue, { ordinal, ids, context }: Place, problems: ProblemList): void {
  const path = ['tasks', ordinal, 'foreach'];
  const bound = typeof given === 'string' ? boundList(given, context) : { list: given };
  if (bound === undefined) return;
  const { list, from } = bound;
  const where = from === undefined ? '' : `: {{${from}}}`;
  const hint = from === undefined ? { hint: 'write a list, or one binding such as "{{search.hits}}"' } : {};
  if (!Array.isArray(list)) problems.add('E5402', path, `a foreach needs a list, not ${typeOf(list)}${where}`, ids, hint);
  else if (list.length > MAX_ITEMS) {
    problems.add('E5604', path, `a foreach has at most ${MAX_ITEMS} items, not ${list.length}${where}`, ids);
  }
}

/** What a text comes to, as far as that is known; undefined: it is not. What cannot be taken apart is a problem of its own. */
function boundList(text: string, context: JsonObject | undefined): { readonly list: JsonValue; readonly from?: string } | undefined {
  try {
    const [part, ...more] = parseTemplate(text);
    if (part === undefined || more.length > 0 || !('reference' in part)) return { list: text };
    const { source, path, text: from } = parseReference(part.reference, NO_NAMES);
    const list = source === 'context' && context !== undefined ? valueAt(context, path) : undefined;
    return list === undefined ? undefined : { list, from };
  } catch (error) {
    if (error instanceof BindingSyntaxError) return undefined;
    throw error;
  }
}

/** Tasks are for others to find. */
const NO_NAMES = { byId: new Map<string, number>(), byName: new Map<string, readonly number[]>() };

function checkOther(task: JsonObject, ordinal: number, ids: readonly string[], problems: ProblemList): void {
  for (const field of ['max_concurrency', 'tolerated_failures'] as const) {
    if ((own(task, field) ?? null) === null) continue;
    problems.add('E5600', ['tasks', ordinal, field], `only a foreach has ${field}`, ids, { hint: 'say in foreach what list it is for' });
  }
}
