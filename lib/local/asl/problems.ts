import type { DefinitionProblem } from './errors.ts';

/** The problems of one definition, all of them. */
export class Problems {
  readonly #found: DefinitionProblem[] = [];

  add(path: string, message: string): void {
    this.#found.push({ path, message });
  }

  get all(): readonly DefinitionProblem[] {
    return this.#found;
  }
}

/** `path` and one step more: `$.States.Work`, `$.States['Work it out']`, `$.Retry[0]`. */
export function pathTo(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}['${key}']`;
}
