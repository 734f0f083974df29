import { parseTemplate } from './bindings.ts';
import { isForeach } from './foreach-tasks.ts';
import { MAX_ITEMS, typeOf } from './item-list.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { PlacedTask } from './place-tasks.ts';
import type { ProblemList } from './problem-list.ts';
import { own } from './task-sketch.ts';

/** Lists that are none (E5402) or too long (E5604), and what only a foreach may say (E5600), each task by itself. */
export function checkForeach(tasks: readonly PlacedTask[], problems: ProblemList): void {
  for (const { given, ordinal, id } of tasks) {
    if (!isJsonObject(given)) continue;
    const ids = id === undefined ? [] : [id];
    if (isForeach(given)) checkList(own(given, 'foreach')!, ordinal, ids, problems);
    else checkOther(given, ordinal, ids, problems);
  }
}

function checkList(list: JsonValue, ordinal: number, ids: readonly string[], problems: ProblemList): void {
  const path = ['tasks', ordinal, 'foreach'];
  const hint = { hint: 'write a list, or one binding such as "{{search.hits}}"' };
  if (Array.isArray(list)) {
    if (list.length > MAX_ITEMS) problems.add('E5604', path, `a foreach has at most ${MAX_ITEMS} items, not ${list.length}`, ids);
  } else if (typeof list !== 'string') problems.add('E5402', path, `a foreach needs a list, not ${typeOf(list)}`, ids, hint);
  else if (!isOneBinding(list)) problems.add('E5402', path, 'a foreach needs a list, not a string', ids, hint);
}

/** What cannot be taken apart is a problem of its own. */
function isOneBinding(text: string): boolean {
  try {
    const parts = parseTemplate(text);
    return parts.length === 1 && 'reference' in parts[0]!;
  } catch {
    return true;
  }
}

function checkOther(task: JsonObject, ordinal: number, ids: readonly string[], problems: ProblemList): void {
  for (const field of ['max_concurrency', 'tolerated_failures'] as const) {
    if ((own(task, field) ?? null) === null) continue;
    problems.add('E5600', ['tasks', ordinal, field], `only a foreach has ${field}`, ids, { hint: 'say in foreach what list it is for' });
  }
}
