import { STATE_NAME_LENGTH } from './aws-limits.ts';

/**
 * Hands out state names: those of the tasks, as far as Step Functions lets them stand. 1 to 80 characters, unique in the
 * whole definition, no control characters, no half surrogate pairs, and nothing that is special as a key of a JavaScript object.
 *
 * No backslashes either: once V8 (13.6, Node 24) has parsed an object with a key that ends in one, `JSON.parse` reads a key that goes on with a
 * quote there as that earlier key, and the definition would miss a state.
 */
export class StateNames {
  readonly #taken = new Set<string>();
  readonly #nextSuffix = new Map<string, number>();

  make(wish: string): string {
    const base = legal(wish);
    let name = base;
    let suffix = this.#nextSuffix.get(base) ?? 2;
    while (this.#taken.has(name)) {
      const ending = ` (${suffix++})`;
      name = cut(base, STATE_NAME_LENGTH - ending.length) + ending;
    }
    this.#nextSuffix.set(base, suffix);
    this.#taken.add(name);
    return name;
  }
}

/** Words of printable ASCII, a space between them: nearly all names, which need no cleaning. */
const CLEAN = /^[!-[\]-~]+(?: [!-[\]-~]+)*$/;

function legal(wish: string): string {
  const clean = CLEAN.test(wish) ? wish : cleaned(wish);
  const name = clean === '' ? 'task' : cut(clean, STATE_NAME_LENGTH);
  return name in {} ? `task ${name}` : name;
}

function cleaned(wish: string): string {
  return wish
    .toWellFormed()
    .replaceAll('\\', '/')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** At most `length` UTF-16 units, never half of a pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.slice(0, length).toWellFormed() === text.slice(0, length) ? length : length - 1;
  return text.slice(0, end).trimEnd();
}

/** One name for several tasks: what their names begin with. */
export function commonStem(names: readonly string[]): string {
  const first = names[0] ?? '';
  if (names.length === 1) return first;
  let length = first.length;
  for (const name of names) {
    let same = 0;
    while (same < length && name[same] === first[same]) same++;
    length = same;
  }
  if (length === first.length) return first;
  const stem = first.slice(0, length).replace(/[\s\d_.#(:-]+$/, '');
  return stem === '' ? `${first} …` : stem;
}
