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

/** The peaks of a measure in the thirds of a soak, by the runs that are over. */
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

  get resident(): Thirds {
    return this.#peaks(this.#looks, ({ residentBytes }) => residentBytes);
  }

  get openFiles(): Thirds {
    return this.#peaks(this.#looks, ({ openFiles }) => openFiles);
  }

  get liveHeap(): Thirds {
    return this.#peaks(this.#heaps, (bytes) => bytes);
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

  #peaks<T>(all: readonly At<T>[], measure: (seen: T) => number): Thirds {
    const peak = (third: number): number =>
      Math.max(0, ...all.filter(({ over }) => Math.min(2, Math.floor((over * 3) / this.#runs)) === third).map(({ seen }) => measure(seen)));
    return [peak(0), peak(1), peak(2)];
  }
}
