import { findDuplicateKeys } from './duplicate-keys.ts';
import { type Problem, writePath } from './problem.ts';

export type JsonTextResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

const MAX_DUPLICATES = 100;

/**
 * JSON text as a value, or what is wrong with the text. A byte order mark is passed over. A key that an object has twice is
 * wrong: all but the last would be lost without a word.
 */
export function parseJson(text: string): JsonTextResult {
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (content.trim() === '') return failed(problem('the file is empty'));
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    return failed(problem(`not JSON: ${error instanceof Error ? error.message : String(error)}`));
  }
  const [first, ...others] = findDuplicateKeys(content, MAX_DUPLICATES).map((path) =>
    problem(`the key ${JSON.stringify(path.at(-1))} is there more than once`, writePath(path)),
  );
  return first === undefined ? { ok: true, value } : failed(first, ...others);
}

function problem(message: string, path = '$'): Problem {
  return { code: 'E5600', message, path, task_ids: [] };
}

function failed(...problems: [Problem, ...Problem[]]): JsonTextResult {
  return { ok: false, problems };
}
