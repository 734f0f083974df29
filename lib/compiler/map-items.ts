import { INLINE_MAP_CONCURRENCY } from './aws-limits.ts';

type Items = readonly (readonly number[])[];
type Chunks = (number | readonly number[] | Chunks)[];

/** Cuts the items of a Map into even chunks, one Map level around the other, so that each level has at most 40 iterations. */
export function chunk(items: Items, levels: number): Chunks {
  if (levels === 1) return items.map((item) => (item.length === 1 ? item[0]! : item));
  const perChunk = INLINE_MAP_CONCURRENCY ** (levels - 1);
  const count = Math.ceil(items.length / perChunk);
  return Array.from({ length: count }, (_, i) =>
    chunk(items.slice(Math.floor((i * items.length) / count), Math.floor(((i + 1) * items.length) / count)), levels - 1),
  );
}

/** The literal array, or the shorter JSONata with ranges in it where the ordinals run on: `{% [[0..39],[40..79]] %}`. */
export function writeItems(chunks: Chunks): unknown[] | string {
  const expression = `{% ${asRanges(chunks)} %}`;
  return expression.length < JSON.stringify(chunks).length / 2 ? expression : chunks;
}

function asRanges(values: Chunks | readonly number[]): string {
  const written: string[] = [];
  for (let i = 0; i < values.length; ) {
    const first = values[i]!;
    if (typeof first !== 'number') {
      written.push(asRanges(first as Chunks));
      i++;
      continue;
    }
    let length = 1;
    while (values[i + length] === first + length) length++;
    written.push(length > 2 ? `${first}..${first + length - 1}` : values.slice(i, i + length).join());
    i += length;
  }
  return `[${written.join()}]`;
}
