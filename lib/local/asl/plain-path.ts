/** `$states.input.order`, without indices, blanks or quotes. */
const PATH = /^\$[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;
/** What JSONata reads as something else than a name. */
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

/** The syntax tree that JSONata would give for a path of plain names, but for positions; undefined for any other text. */
export function plainPath(text: string): object | undefined {
  if (!PATH.test(text)) return undefined;
  const [variable, ...names] = text.slice(1).split('.');
  if (names.some((name) => WORDS.has(name))) return undefined;
  const first = { value: variable, type: 'variable' };
  return names.length === 0 ? first : { type: 'path', steps: [first, ...names.map((value) => ({ value, type: 'name' }))] };
}
