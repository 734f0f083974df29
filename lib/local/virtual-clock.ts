import type { Clock, Timer } from '../runtime/ports/clock.ts';

/** Cancelled timers are swept out of the heap once they are more than this many and more than half of it. */
const SWEEP_ABOVE = 64;

/**
 * Time that stands still while anything happens: only when all microtasks have drained does it jump to the earliest timer. So an hour of
 * waiting takes no time, and equal programs see equal times.
 *
 * Timers of one instant fire in the order they were set; between two instants everything that they set off is drained first (one
 * `setImmediate` turn). `automatic` advances whenever timers are pending; `manual` only inside `advanceBy` and `runUntilIdle`.
 *
 * Work that is neither a microtask nor a timer of this clock (sockets, files, child processes) is not waited for.
 */
export class VirtualClock implements Clock {
  readonly #automatic: boolean;
  readonly #heap: VirtualTimer[] = [];
  #nowMs: number;
  #timersSet = 0;
  #cancelled = 0;
  #turnIsComing = false;

  constructor(startMs = 0, mode: 'automatic' | 'manual' = 'automatic') {
    this.#nowMs = startMs;
    this.#automatic = mode === 'automatic';
  }

  now(): number {
    return this.#nowMs;
  }

  /** Timers that are set and neither fired nor cancelled. */
  get pendingTimers(): number {
    return this.#heap.length - this.#cancelled;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const timer = new VirtualTimer(this.#nowMs + Math.max(0, delayMs), this.#timersSet++, fire, () => this.#noteCancelled());
    push(this.#heap, timer);
    if (this.#automatic) this.#comeBack();
    return timer;
  }

  /** Lets everything run until no timer is left. */
  async runUntilIdle(): Promise<void> {
    for (;;) {
      await turn();
      if (!this.#fireEarliest(Number.POSITIVE_INFINITY)) return;
    }
  }

  /** Lets everything run up to `durationMs` from now, and stands there. */
  async advanceBy(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    for (;;) {
      await turn();
      if (!this.#fireEarliest(untilMs)) break;
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #comeBack(): void {
    if (this.#turnIsComing) return;
    this.#turnIsComing = true;
    setImmediate(() => {
      this.#turnIsComing = false;
      if (this.#fireEarliest(Number.POSITIVE_INFINITY)) this.#comeBack();
    });
  }

  /** Jumps to the earliest instant up to `untilMs` and fires what is due then. Timers that this sets wait for the next turn, even with no delay. */
  #fireEarliest(untilMs: number): boolean {
    this.#dropCancelledHead();
    const first = this.#heap[0];
    if (first === undefined || first.atMs > untilMs) return false;
    this.#nowMs = first.atMs;
    const setBefore = this.#timersSet;
    for (let next = this.#heap[0]; next?.atMs === first.atMs && next.order < setBefore; next = this.#heap[0]) {
      pop(this.#heap);
      const fire = next.take();
      if (fire === undefined) this.#cancelled--;
      else fire();
    }
    return true;
  }

  #dropCancelledHead(): void {
    for (let head = this.#heap[0]; head !== undefined && !head.isSet; head = this.#heap[0]) {
      pop(this.#heap);
      this.#cancelled--;
    }
  }

  #noteCancelled(): void {
    this.#cancelled++;
    if (this.#cancelled <= SWEEP_ABOVE || this.#cancelled * 2 <= this.#heap.length) return;
    const left = this.#heap.filter((timer) => timer.isSet).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#heap.length = 0;
    // a sorted array is a heap
    for (const timer of left) this.#heap.push(timer);
    this.#cancelled = 0;
  }
}

class VirtualTimer implements Timer {
  readonly atMs: number;
  readonly order: number;
  #fire: (() => void) | undefined;
  readonly #onCancel: () => void;

  constructor(atMs: number, order: number, fire: () => void, onCancel: () => void) {
    this.atMs = atMs;
    this.order = order;
    this.#fire = fire;
    this.#onCancel = onCancel;
  }

  get isSet(): boolean {
    return this.#fire !== undefined;
  }

  take(): (() => void) | undefined {
    const fire = this.#fire;
    this.#fire = undefined;
    return fire;
  }

  cancel(): void {
    if (this.take() !== undefined) this.#onCancel();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: VirtualTimer, b: VirtualTimer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: VirtualTimer[], timer: VirtualTimer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || isBefore(parent, timer)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = timer;
}

function pop(heap: VirtualTimer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let childIndex = 2 * index + 1;
    let child = heap[childIndex];
    if (child === undefined) break;
    const right = heap[childIndex + 1];
    if (right !== undefined && isBefore(right, child)) {
      child = right;
      childIndex++;
    }
    if (isBefore(last, child)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = last;
}
