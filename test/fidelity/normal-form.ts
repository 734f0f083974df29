/** JSON as text, without what each interpreter makes up for itself. */
export function normalJson(value: unknown): string {
  return JSON.stringify(normal(value)) ?? 'undefined';
}

/** A cause: JSON where a function failed, else prose. */
export function normalCause(cause: unknown): string {
  if (typeof cause !== 'string') return '';
  return isObject(cause) ? normalJson(JSON.parse(cause)) : normalText(cause);
}

/** A message that begins with a binding, such as {{item.url}}, is prose. */
function isObject(text: string): boolean {
  return text.startsWith('{') && !text.startsWith('{{');
}

const MADE_UP = new Set([
  'token',
  'trace', // the stack of what a function throws: the oracle's functions are scripted and have none
  'TraceHeader', // the oracle gives null for it, AWS leaves out what there is not
  'StartDate',
  'StopDate',
  'Name',
  'ExecutionArn',
]);

function normal(value: unknown): unknown {
  if (typeof value === 'string') return normalCause(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(normal);
  const entries = Object.entries(value).filter(([key]) => !MADE_UP.has(key));
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, normal(part)]));
}

function normalText(text: string): string {
  return text.replace(/(?<machine>:execution:[^:"]+):[^:"]+/g, '$<machine>').replace(/event id #\d+/g, 'event id');
}
