import { jsonBytes } from './payload-size.ts';

interface Variable {
  readonly value: unknown;
  readonly sizeBytes: number;
}

/** The variables of one scope. Those of the scopes around it can be read, never written. */
export class Variables {
  readonly #outer: Variables | undefined;
  #own: Map<string, Variable> | undefined;

  constructor(outer: Variables | undefined) {
    this.#outer = outer;
  }

  get(name: string): unknown {
    const own = this.#own?.get(name);
    return own === undefined ? this.#outer?.get(name) : own.value;
  }

  /** By name, the innermost first. */
  all(): Record<string, unknown> {
    const values: Record<string, unknown> = this.#outer?.all() ?? Object.create(null);
    if (this.#own !== undefined) for (const [name, { value }] of this.#own) values[name] = value;
    return values;
  }

  /** @returns by how many bytes the scope has grown */
  set(name: string, value: unknown): number {
    this.#own ??= new Map();
    const sizeBytes = jsonBytes(value);
    const grownBytes = sizeBytes - (this.#own.get(name)?.sizeBytes ?? 0);
    this.#own.set(name, { value, sizeBytes });
    return grownBytes;
  }

  /** Bytes of this scope's own variables. */
  get sizeBytes(): number {
    let sizeBytes = 0;
    if (this.#own !== undefined) for (const variable of this.#own.values()) sizeBytes += variable.sizeBytes;
    return sizeBytes;
  }
}
