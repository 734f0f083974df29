import { createRequire } from 'node:module';
import type Jsonata from 'jsonata';

const load = createRequire(import.meta.url);
let loaded: typeof Jsonata | undefined;

/** JSONata, read at its first call: it takes 6 MB, and most plans and their definitions come without. @throws what JSONata throws */
export function jsonata(text: string, options?: Jsonata.JsonataOptions): Jsonata.Expression {
  loaded ??= load('jsonata') as typeof Jsonata;
  return loaded(text, options);
}
