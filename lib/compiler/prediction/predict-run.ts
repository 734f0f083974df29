import { Heap } from '../../graph/heap.ts';
import { compoundsAround } from '../../model/compounds-around.ts';
import type { ItemBatches, RunSpec, TaskRecord } from '../../model/task-record.ts';
import type { ForeachLayout, Layout } from '../layout.ts';
import { STORE_UNITS, type TableUnits } from '../run-cost.ts';
import { LayoutWalk, type ListedItems } from './layout-walk.ts';
import { PlaceModel, type Taker } from './place-model.ts';

export interface PredictionInputs {
  readonly layout: Layout;
  /** Of all tasks, also those that stand for the items of a foreach, by their ordinals. */
  readonly records: readonly TaskRecord[];
  /** Tasks of the plan: behind their ordinals come those of items. */
  readonly count: number;
  readonly pools: RunSpec['pools'];
  /** Seconds that a task is expected to take. */
  readonly secondsOf: (task: number) => number;
  /** Tasks that hold their places from the start. */
  readonly holders: ReadonlySet<number>;
  /** How many items a foreach has, by its end. */
  readonly itemsOf: (end: number) => number;
  readonly batchesOf: ReadonlyMap<number, ItemBatches>;
  /** What tasks use is added to the run's: each that is carried out is taken to use something. */
  readonly countsUsage: boolean;
}

export interface Prediction {
  /** What the states take of the table: all but what the run takes as such. */
  readonly units: TableUnits;
  /** Tasks that had to wait for a place. */
  readonly waits: number;
  /** From the first task's start to the last one's end. */
  readonly seconds: number;
  /** Those of items too, as in the next two. */
  readonly tasks: number;
  /** Whose gates wait for others. */
  readonly gated: number;
  readonly takingPlaces: number;
  /** In how many ways tasks take places together, and in how many pools. */
  readonly queues: number;
  readonly pools: number;
}

/** A task of the run. */
interface Instance extends Taker {
  readonly record: TaskRecord;
  /** What its ordinal has more than its record's: it is the task of an item. */
  readonly shift: number;
  readonly demand: number;
  status: 'pending' | 'executing' | 'completed';
  arrived: number;
  /** Its gate has been entered. */
  hasToken: boolean;
  /** What is to come once its gate opens; undefined before it has been entered, and once it is open. */
  open: (() => void) | undefined;
}

/** What an invocation does, from one call of the store to the next: it waits for its turn (0), or so many seconds. */
type Steps = Generator<number, void, undefined>;

/** Invocations about one task, in the order in which they are served in one turn. */
const KINDS = { gate: 0, task: 1, list: 2 } as const;

interface Invocation {
  readonly steps: Steps;
  readonly of: Taker;
  readonly kind: number;
  readonly then: () => void;
}

const NO_PLACES = -1;

/**
 * Plays a run in which no task fails and every task takes as long as is expected: the protocol of gates and places (`lib/runtime/gates.ts`),
 * call by call, so that it says who has to wait, and what that takes of the table.
 *
 * Calls take no time. Of what happens in one instant everybody makes one call at a time: in each turn all that are to be made are served, the
 * better rank first. `bench/measure/turns.ts` has the runs that are counted do the same.
 */
export function predictRun(inputs: PredictionInputs): Prediction {
  return new PredictedRun(inputs).play();
}

class PredictedRun {
  readonly #inputs: PredictionInputs;
  readonly #places: PlaceModel;
  /** By the pools of a gate, as JSON. */
  readonly #demands = new Map<string, number>();
  readonly #poolsOf: (readonly number[])[] = [];
  readonly #instances: (Instance | undefined)[] = [];
  readonly #walk: LayoutWalk;
  readonly #pools = new Map<string, number>();
  readonly #timers = new Heap<{ readonly atMs: number; readonly invocation: Invocation }>((a, b) => a.atMs < b.atMs);
  #calls: Invocation[] = [];
  #nowMs = 0;
  #ordinals: number;
  #reads = 0;
  #writes = 0;
  #waits = 0;

  constructor(inputs: PredictionInputs) {
    this.#inputs = inputs;
    this.#ordinals = inputs.count;
    const pools = this.#pools;
    for (const { gate } of inputs.records) {
      if (gate === undefined || this.#demandOf(gate) !== undefined) continue;
      const names = placesOf(gate);
      if (names.length === 0) continue;
      for (const name of names) if (!pools.has(name)) pools.set(name, pools.size);
      this.#demands.set(JSON.stringify(names), this.#poolsOf.length);
      this.#poolsOf.push(names.map((name) => pools.get(name)!));
    }
    // of a shared pool nobody knows how much room there will be
    const limits = [...pools.keys()].map((name) => (name.startsWith('@') ? Number.POSITIVE_INFINITY : inputs.pools[name]!));
    this.#places = new PlaceModel(limits, this.#poolsOf);
    for (const task of inputs.holders) {
      const instance = this.#instanceOf(task, 0);
      if (instance.demand !== NO_PLACES) this.#places.hold(instance);
    }
    this.#walk = new LayoutWalk({
      onTask: (base, shift, then) => this.#enterTask(this.#instanceOf(base, shift), then),
      onForeach: (foreach, shift, then) => this.#enterForeach(foreach, shift, then),
    });
  }

  play(): Prediction {
    this.#walk.start(this.#inputs.layout, () => {});
    for (;;) {
      if (this.#calls.length === 0) {
        const next = this.#timers.first;
        if (next === undefined) break;
        this.#nowMs = next.atMs;
      }
      this.#takeTurn();
    }
    return {
      units: { reads: this.#reads, writes: this.#writes },
      waits: this.#waits,
      seconds: this.#nowMs / 1000,
      tasks: this.#ordinals,
      gated: this.#instances.filter((task) => task !== undefined && (task.record.gate?.dependencies.length ?? 0) > 0).length,
      takingPlaces: this.#instances.filter((task) => task !== undefined && task.demand !== NO_PLACES).length,
      queues: this.#poolsOf.length,
      pools: this.#pools.size,
    };
  }

  #takeTurn(): void {
    const due: Invocation[] = [];
    for (let next = this.#timers.first; next !== undefined && next.atMs <= this.#nowMs; next = this.#timers.first) {
      due.push(next.invocation);
      this.#timers.pop();
    }
    const calls = this.#calls.sort((a, b) => a.of.rank - b.of.rank || a.of.ordinal - b.of.ordinal || a.kind - b.kind);
    this.#calls = [];
    for (const invocation of calls) this.#resume(invocation);
    for (const invocation of due) this.#resume(invocation);
  }

  #invoke(steps: Steps, of: Taker, kind: number, then: () => void): void {
    this.#resume({ steps, of, kind, then });
  }

  #resume(invocation: Invocation): void {
    const { done, value } = invocation.steps.next();
    if (done === true) invocation.then();
    else if (value === 0) this.#calls.push(invocation);
    else this.#timers.push({ atMs: this.#nowMs + value * 1000, invocation });
  }

  #enterTask(task: Instance, then: () => void): void {
    const run = (): void => this.#invoke(this.#runTask(task), task, KINDS.task, then);
    if (task.record.gate === undefined) run();
    else this.#invoke(this.#enterGate(task, run), task, KINDS.gate, () => {});
  }

  #enterForeach(foreach: ForeachLayout, shift: number, then: (items: ListedItems) => void): void {
    const end = this.#instanceOf(foreach.end, shift);
    let items: ListedItems = { inline: [], batches: [] };
    const list = this.#listItems(end, (listed) => {
      items = listed;
    });
    this.#invoke(list, end, KINDS.list, () => then(items));
  }

  *#enterGate(task: Instance, open: () => void): Steps {
    yield 0;
    this.#count(STORE_UNITS.addToken);
    task.hasToken = true;
    task.open = open;
    const { arrived, record } = task;
    const mayRun = record.rule === undefined || arrived === 0 ? isComplete(task) : yield* this.#decide(task);
    if (mayRun) yield* this.#admitted(task);
  }

  *#runTask(task: Instance): Steps {
    const { record } = task;
    yield 0;
    this.#count(STORE_UNITS.readTasks(tasksRead(record)));
    if (record.foreach !== undefined) {
      yield 0;
      this.#count(STORE_UNITS.readTasks(this.#itemsOf(record)));
    }
    yield 0;
    this.#count(STORE_UNITS.claimTask);
    task.status = 'executing';
    if (record.callback !== undefined) {
      yield 0;
      this.#count(STORE_UNITS.putCallback);
    }
    const seconds = this.#inputs.secondsOf(record.ordinal);
    if (seconds > 0) yield seconds;
    yield 0;
    this.#count(STORE_UNITS.completeTask(this.#inputs.countsUsage && record.type !== 'compound'));
    task.status = 'completed';
    yield* this.#passOn(task);
  }

  /** Tells the gates that wait for a task, those that decide last, and gives back its places. */
  *#passOn(task: Instance): Steps {
    const opened = task.record.opens.map((base) => this.#besides(task, base));
    for (const each of opened) {
      if (each.record.rule !== undefined) continue;
      yield* this.#arriveAt(each);
      if (each.hasToken && isComplete(each)) yield* this.#admitted(each);
    }
    const running = new Set<Instance>();
    for (const each of opened) {
      if (each.record.rule === undefined) continue;
      yield* this.#arriveAt(each);
      const { hasToken } = each;
      const asksAll = isComplete(each) || each.record.rule.guard !== undefined;
      const mayRun = yield* asksAll ? this.#decide(each) : this.#decideEarly(each);
      if (mayRun && hasToken) running.add(each);
    }
    for (const each of running) yield* this.#admitted(each);
    const { demand } = task;
    if (demand === NO_PLACES) return;
    yield 0;
    this.#count(STORE_UNITS.freePlaces(this.#poolsOf[demand]!.length));
    this.#places.free(task);
    yield* this.#handOver();
  }

  *#arriveAt(task: Instance): Steps {
    yield 0;
    this.#count(STORE_UNITS.addArrival);
    task.arrived++;
  }

  /** Whether a task that decides may run, by how all that it waits for stands. */
  *#decide(task: Instance): Generator<number, boolean, undefined> {
    const { name, over, guard } = task.record.rule!;
    yield 0;
    this.#count(STORE_UNITS.readTasks(new Set([task.record.ordinal, ...over]).size));
    const hasCompleted = (base: number): boolean => this.#besides(task, base).status === 'completed';
    if (task.status !== 'pending' || (guard !== undefined && !hasCompleted(guard))) return false;
    const others = over.filter((base) => base !== guard);
    return name === 'one_success' ? others.some(hasCompleted) : others.every(hasCompleted);
  }

  /** The same where one that it waits for has completed, and others have not. */
  *#decideEarly(task: Instance): Generator<number, boolean, undefined> {
    if (task.record.rule!.name !== 'one_success') return false;
    yield 0;
    this.#count(STORE_UNITS.readTasks(1));
    return task.status === 'pending';
  }

  *#listItems(end: Instance, listed: (items: ListedItems) => void): Steps {
    const { ordinal, foreach } = end.record;
    yield 0;
    this.#count(STORE_UNITS.readTasks(2));
    yield 0;
    this.#count(STORE_UNITS.addExpansion);
    const first = this.#ordinals;
    const count = this.#itemsOf(end.record);
    const { size } = foreach!;
    this.#ordinals += count * size;
    yield 0;
    this.#count(STORE_UNITS.readTasks(1));
    for (const compound of compoundsAround(end.record, (around: number) => this.#inputs.records[around]!)) {
      if (!compound.end?.failFast) continue;
      yield 0;
      this.#count(STORE_UNITS.readTasks(compound.foreach === undefined ? 1 : this.#itemsOf(compound)));
    }
    const items = Array.from({ length: count }, (_, index) => first + index * size);
    const { inline, batch } = this.#inputs.batchesOf.get(ordinal)!;
    listed(count <= inline ? { inline: items, batches: [] } : { inline: [], batches: inBatches(items, batch) });
  }

  /** Of a foreach that begins in this execution, or has its items already. */
  #itemsOf({ ordinal, foreach }: TaskRecord): number {
    return this.#inputs.batchesOf.has(ordinal) ? this.#inputs.itemsOf(ordinal) : foreach!.items!.count;
  }

  *#admitted(task: Instance): Steps {
    if (task.demand === NO_PLACES) return yield* this.#grant(task);
    yield 0;
    this.#count(STORE_UNITS.isOutranked(this.#poolsOf.length));
    if (!this.#places.isOutranked(task)) {
      yield 0;
      this.#count(STORE_UNITS.takePlaces(this.#poolsOf[task.demand]!.length));
      if (this.#places.take(task)) return yield* this.#grant(task);
    }
    yield 0;
    this.#count(STORE_UNITS.putWaiting);
    this.#waits++;
    this.#places.putWaiting(task);
    yield* this.#handOver();
  }

  *#grant(task: Instance): Steps {
    yield 0;
    this.#count(STORE_UNITS.listTokens);
    const { open, demand } = task;
    task.open = undefined;
    open?.();
    if (demand === NO_PLACES) return;
    let isOver = false;
    if (open === undefined) {
      yield 0;
      this.#count(STORE_UNITS.readTasks(1));
      isOver = task.status === 'completed';
    }
    if (isOver) {
      yield 0;
      this.#count(STORE_UNITS.freePlaces(this.#poolsOf[demand]!.length));
      this.#places.free(task);
    }
    yield 0;
    this.#count(STORE_UNITS.deleteWaiting(task.waits));
    this.#places.deleteWaiting(task);
    if (isOver && task.record.rule !== undefined) yield* this.#handOver();
  }

  *#handOver(): Steps {
    for (;;) {
      yield 0;
      const look = this.#places.look();
      const best = this.#places.takeForBest() as Instance | undefined;
      if (best === undefined) return this.#count(STORE_UNITS.lookForBest(look));
      this.#count(STORE_UNITS.takeForBest(look, this.#poolsOf[best.demand]!.length));
      yield* this.#grant(best);
    }
  }

  /** A task by the ordinal that stands in the record of another. */
  #besides({ shift }: Instance, base: number): Instance {
    return this.#instanceOf(base, base < this.#inputs.count ? 0 : shift);
  }

  #count({ reads, writes }: TableUnits): void {
    this.#reads += reads;
    this.#writes += writes;
  }

  #instanceOf(base: number, shift: number): Instance {
    const ordinal = base + shift;
    const known = this.#instances[ordinal];
    if (known !== undefined) return known;
    const record = this.#inputs.records[base]!;
    const instance: Instance = {
      ordinal,
      record,
      shift,
      rank: record.rank,
      demand: (record.gate && this.#demandOf(record.gate)) ?? NO_PLACES,
      status: 'pending',
      arrived: 0,
      hasToken: false,
      open: undefined,
      waits: false,
      holds: false,
    };
    this.#instances[ordinal] = instance;
    return instance;
  }

  #demandOf(gate: NonNullable<TaskRecord['gate']>): number | undefined {
    return this.#demands.get(JSON.stringify(placesOf(gate)));
  }
}

function isComplete({ arrived, record }: Instance): boolean {
  return arrived >= record.gate!.dependencies.length;
}

function placesOf({ pools, sharedPool }: NonNullable<TaskRecord['gate']>): readonly string[] {
  return sharedPool === undefined ? pools : [...pools, `@${sharedPool}`];
}

/** Itself and all whose outputs or ends it reads, each once. */
export function tasksRead({ ordinal, dependencies, reads = [], deadlines = [] }: TaskRecord): number {
  const begins = deadlines.flatMap(({ begin, beganMs }) => (beganMs === undefined ? [begin] : []));
  return new Set([ordinal, ...dependencies, ...reads, ...begins]).size;
}

function inBatches(items: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
