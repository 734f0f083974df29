export interface Death {
  /** The call at which the process dies, 1 for its first. */
  readonly call: number;
  /** `before` the call has had its effect, or `after`. */
  readonly when: 'before' | 'after';
}

/** What a process throws that has died; its caller has no answer. */
export class ProcessDiedError extends Error {
  override readonly name = 'ProcessDiedError';
}

/**
 * A process that dies at one of the calls it makes. Nothing that it tries afterwards has an effect. It makes one call after the
 * other: were two under way at once, there would be deaths that are not among `deathsOf`.
 */
export class MortalProcess {
  readonly #death: Death | undefined;
  #calls = 0;
  #dead = false;
  #underWay = false;

  constructor(death?: Death) {
    this.#death = death;
  }

  get calls(): number {
    return this.#calls;
  }

  /** A port as this process holds it: each of its methods is a call. */
  hold<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key, target);
        if (typeof method !== 'function') return method;
        return (...parameters: readonly unknown[]) => this.#call(async () => Reflect.apply(method, target, parameters));
      },
    });
  }

  async #call(effect: () => Promise<unknown>): Promise<unknown> {
    if (this.#underWay) throw new Error('two calls are under way at once');
    this.#underWay = true;
    try {
      return await this.#callOrDie(effect);
    } finally {
      this.#underWay = false;
    }
  }

  async #callOrDie(effect: () => Promise<unknown>): Promise<unknown> {
    const dies = ++this.#calls === this.#death?.call;
    if (dies && this.#death?.when === 'before') this.#dead = true;
    this.#checkAlive();
    const result = await effect();
    if (dies) this.#dead = true;
    this.#checkAlive();
    return result;
  }

  #checkAlive(): void {
    if (this.#dead) throw new ProcessDiedError('the process died');
  }
}

/** Every death that a process of so many calls can die. */
export function deathsOf(calls: number): Death[] {
  return Array.from({ length: calls }, (_, n) => [
    { call: n + 1, when: 'before' } as const,
    { call: n + 1, when: 'after' } as const,
  ]).flat();
}
