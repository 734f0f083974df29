import type { Problem } from './problem.ts';

export type JsonTextResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problems: readonly [Problem] };

/** JSON text as a value; what is wrong with the text as the one problem there is. A byte order mark is passed over. */
export function parseJson(text: string): JsonTextResult {
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (content.trim() === '') return failed('the file is empty');
  try {
    return { ok: true, value: JSON.parse(content) as unknown };
  } catch (error) {
    return failed(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function failed(message: string): JsonTextResult {
  return { ok: false, problems: [{ code: 'E5600', message, path: '$', task_ids: [] }] };
}
