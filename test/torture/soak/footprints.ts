import { median } from '../../../bench/measure/median.ts';
import type { Footprint, ServedProcess } from './served-process.ts';

const LOOK_MS = 100;
/** How often the live heap is counted in a soak, and after how many runs at the earliest: each count stops the process for a collection. */
const HEAP_COUNTS = 45;
const FEWEST_RUNS = 10;

/** What was seen when so many of the soak's runs were over. */
interface At<T> {
  readonly over: number;
  readonly seen: T;
}

/** A measure in the thirds of a soak, by the runs that are over. */
export type Thirds = readonly [number, number, number];

/** Looks at a process through a soak: how large it is many times a second, how much of its heap is alive after every so many runs. */
export class Footprints {
  readonly #served: ServedProcess;
  readonly #runs: number;
  readonly #looks: At<Footprint>[] = [];
  readonly #heaps: At<number>[] = [];
  readonly #timer: NodeJS.Timeout;
  #over = 0;
  #counting: Promise<void> | undefined;

  /** @param runs how many the soak has */
  constructor(served: ServedProcess, runs: number) {
    this.#served = served;
    this.#runs = runs;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  /** A run of the soak is over. */
  runIsOver(): void {
    this.#over++;
    if (this.#over % Math.max(FEWEST_RUNS, Math.ceil(this.#runs / HEAP_COUNTS)) === 0) this.#counting ??= this.#count();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#counting;
    await this.#count();
    this.#look();
  }

  /** Peaks. */
  get resident(): Thirds {
    return this.#thirds(
      this.#looks,
      peakOf(({ residentBytes }) => residentBytes),
    );
  }

  /** Peaks. */
  get openFiles(): Thirds {
    return this.#thirds(
      this.#looks,
      peakOf(({ openFiles }) => openFiles),
    );
  }

  /** Medians: a count now and then meets a plan that is a hundred times larger than others. */
  get liveHeap(): Thirds {
    return this.#thirds(this.#heaps, median);
  }

  #look(): void {
    const seen = this.#served.footprint();
    if (seen !== undefined) this.#looks.push({ over: this.#over, seen });
  }

  async #count(): Promise<void> {
    const over = this.#over;
    const seen = await this.#served.liveHeapBytes();
    if (seen !== undefined) this.#heaps.push({ over, seen });
    this.#counting = undefined;
  }

  #thirds<T>(all: readonly At<T>[], sum: (seen: readonly T[]) => number): Thirds {
    const third = (number: number): number =>
      sum(all.filter(({ over }) => Math.min(2, Math.floor((over * 3) / this.#runs)) === number).map(({ seen }) => seen));
    return [third(0), third(1), third(2)];
  }
}

const peakOf =
  <T>(measure: (seen: T) => number) =>
  (all: readonly T[]): number =>
    Math.max(0, ...all.map(measure));
