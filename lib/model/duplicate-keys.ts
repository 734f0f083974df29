import { MAX_NESTING } from './json.ts';
import type { PathStep } from './problem.ts';

interface Open {
  /** Of an object; undefined in a list. */
  readonly keys: Set<string> | undefined;
  at: PathStep;
}

/**
 * Paths of the keys that an object of a JSON text has more than once: a parser keeps the last and forgets the others. The text
 * must be JSON. What is nested deeper than plans may be is not looked at.
 */
export function findDuplicateKeys(text: string, most: number): PathStep[][] {
  const found: PathStep[][] = [];
  const open: Open[] = [];
  let keyNext = false;
  for (let i = 0; i < text.length && found.length < most; i++) {
    const top = open.at(-1);
    switch (text[i]) {
      case '{':
        open.push({ keys: new Set(), at: '' });
        keyNext = true;
        break;
      case '[':
        open.push({ keys: undefined, at: 0 });
        keyNext = false;
        break;
      case '}':
      case ']':
        open.pop();
        keyNext = false;
        break;
      case ',':
        if (top?.keys !== undefined) keyNext = true;
        else if (top !== undefined) top.at = Number(top.at) + 1;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (keyNext && top?.keys !== undefined) {
          const key = JSON.parse(text.slice(i, end + 1)) as string;
          top.at = key;
          if (top.keys.has(key)) found.push(open.map(({ at }) => at));
          top.keys.add(key);
          keyNext = false;
        }
        i = end;
        break;
      }
    }
    if (open.length > MAX_NESTING) return found;
  }
  return found;
}

/** Where the quote is that ends the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** After an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}
