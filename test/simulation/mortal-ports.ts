import type { Clock } from '../../lib/runtime/ports/clock.ts';
import { EngineThrottledError } from '../../lib/runtime/ports/workflow-engine.ts';
import type { Dice } from './dice.ts';
import type { Weather } from './weather.ts';

/** What a process and its ports share with all others. */
export interface Surroundings {
  readonly dice: Dice;
  readonly clock: Clock;
  readonly weather: Weather;
  readonly tell: (what: string) => void;
  /** Whether one more thing may go wrong for whom this process works. */
  readonly mayFail: (whose: string) => boolean;
}

export type PortKind = 'store' | 'engine' | 'blobs' | 'queue';

/** What a faulty call throws: the store was busy, an answer got lost. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError';
}

/** Calls that are answered from what is known, or that are looked at by nobody but this process. */
const ENGINE_MAKES: ReadonlySet<string> = new Set(['ensureMachine', 'startExecution', 'stopExecution']);

/**
 * One process: an invocation of a function, or a whole program. It may die at any call; then nothing that it does afterwards has an
 * effect, and nothing comes back to it. Or it is given up by who called it, and goes on slowly: a zombie.
 */
export class SimProcess {
  /** Resolves when it dies. */
  readonly death: Promise<void>;
  /** For whom it works, in words. */
  readonly name: string;
  /** Whether anything went wrong in it: then it may answer anything. */
  disturbed = false;
  /** Seconds that each of its calls takes at the most, once it is a zombie. */
  slowSec = 0;
  /** Seconds for which it does nothing at all before its next call. */
  stillSec = 0;
  readonly #around: Surroundings;
  readonly #whose: string;
  #die!: () => void;
  #alive = true;

  /** @param whose whose faults are counted together */
  constructor(around: Surroundings, name: string, whose: string) {
    this.#around = around;
    this.name = name;
    this.#whose = whose;
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  kill(): void {
    this.#alive = false;
    this.disturbed = true;
    this.#die();
  }

  /** A port as this process holds it: each of its methods is a call. */
  hold<T extends object>(port: T, kind: PortKind): T {
    return new Proxy(port, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key, target);
        if (typeof method !== 'function' || typeof key !== 'string') return method;
        return (...parameters: readonly unknown[]) =>
          this.#call(kind, key, async () => Reflect.apply(method, target, parameters) as Promise<unknown>);
      },
    });
  }

  async #call(kind: PortKind, method: string, effect: () => Promise<unknown>): Promise<unknown> {
    const { dice, weather } = this.#around;
    await this.#pass();
    await this.#standStill();
    const what = `${kind}.${method}`;
    if (kind === 'engine' && ENGINE_MAKES.has(method) && method !== 'stopExecution' && this.#strikes(weather.throttled)) {
      this.#tell(`is throttled at ${what}`);
      throw new EngineThrottledError('simulated');
    }
    if (this.#strikes(weather.crash)) {
      const before = dice.chance(0.5);
      if (!before) await effect().catch(() => {});
      this.#tell(`dies ${before ? 'before' : 'after'} ${what}`);
      this.kill();
      return never();
    }
    if (this.#strikes(weather.callFails)) {
      const before = dice.chance(0.6);
      if (!before) await effect().catch(() => {});
      this.disturbed = true;
      this.#tell(`has ${what} fail ${before ? 'before' : 'after'} its effect`);
      throw new CallFailedError(`${what} failed`);
    }
    const result = await settled(effect);
    await this.#pass();
    if ('error' in result) throw result.error;
    return result.value;
  }

  /** The way to a port, or back. */
  async #pass(): Promise<void> {
    const { dice, clock, weather } = this.#around;
    const longest = Math.max(weather.latencySec, this.slowSec);
    if (longest > 0 && (this.slowSec > 0 || dice.chance(0.5))) {
      const ms = Math.ceil(dice.roll() * longest * 1000);
      await new Promise<void>((resolve) => clock.setTimer(ms, resolve));
    }
    if (!this.#alive) return never();
  }

  async #standStill(): Promise<void> {
    if (this.stillSec === 0) return;
    const ms = this.stillSec * 1000;
    this.stillSec = 0;
    await new Promise<void>((resolve) => this.#around.clock.setTimer(ms, resolve));
    return this.#standStill();
  }

  #strikes(probability: number): boolean {
    return probability > 0 && this.#around.dice.chance(probability) && this.#around.mayFail(this.#whose);
  }

  #tell(what: string): void {
    this.#around.tell(`${this.name} ${what}`);
  }
}

async function settled(effect: () => Promise<unknown>): Promise<{ value: unknown } | { error: unknown }> {
  try {
    return { value: await effect() };
  } catch (error) {
    return { error };
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
