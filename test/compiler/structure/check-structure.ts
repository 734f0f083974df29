import type { Structure } from '../../../lib/compiler/structure/structure.ts';

export interface StructureFacts {
  /** One a task, one a gate, one a Parallel. */
  readonly states: number;
  readonly gated: number;
  /** Parallels inside each other. */
  readonly nesting: number;
}

interface Waits {
  /** Per task all tasks that end before it starts. */
  readonly before: Bits[];
  readonly makespanSec: number;
}

/**
 * Checks a structure against the plan's dependencies alone; shares no code with the compiler. Throws on the first violation:
 *
 * - every task is there once; blocks have two parts at least, none of their own kind
 * - no false barrier: a task waits only for tasks that are its ancestors in the plan
 * - every dependency is enforced, by the structure or by the gate; a gate lists direct dependencies that the structure leaves open
 * - no deadlock
 * - with unlimited workers the makespan is the critical path
 */
export function checkStructure(
  dependencies: readonly (readonly number[])[],
  seconds: readonly number[],
  structure: Structure,
): StructureFacts {
  const size = dependencies.length;
  const plan = simulate(dependencies, seconds);
  const { held, gates, ...facts } = read(structure, size);

  for (let task = 0; task < size; task++) {
    const waits = held[task];
    if (!waits) throw new Error(`task ${task} is missing`);
    if (!waits.isWithin(plan.before[task]!)) throw new Error(`false barrier before task ${task}`);
    for (const awaited of gates[task]!) {
      if (!dependencies[task]!.includes(awaited)) throw new Error(`the gate of task ${task} waits for ${awaited}, no dependency`);
      if (waits.has(awaited)) throw new Error(`the gate of task ${task} waits for ${awaited}, which the structure holds`);
    }
  }
  const run = simulate(
    held.map((waits, task) => [...waits!.members(), ...gates[task]!]),
    seconds,
  );
  dependencies.forEach((own, task) => {
    for (const dependency of own) if (!run.before[task]!.has(dependency)) throw new Error(`task ${task} does not wait for ${dependency}`);
  });
  if (Math.abs(run.makespanSec - plan.makespanSec) > 1e-9 * Math.max(1, plan.makespanSec)) {
    throw new Error(`makespan ${run.makespanSec} s, critical path ${plan.makespanSec} s`);
  }
  return facts;
}

/** What the structure makes each task wait for. */
function read(structure: Structure, size: number) {
  const held: (Bits | undefined)[] = new Array(size).fill(undefined);
  const gates: (readonly number[])[] = new Array(size).fill([]);
  let states = 0;
  let gated = 0;
  let nesting = 0;
  /** Returns what is done when the node is. */
  const walk = (node: Structure, done: Bits, depth: number): Bits => {
    nesting = Math.max(nesting, depth);
    if (node.kind === 'task') {
      if (held[node.task]) throw new Error(`task ${node.task} is there twice`);
      held[node.task] = done;
      gates[node.task] = node.gate;
      if (node.gate.length > 0) gated++;
      states += node.gate.length > 0 ? 2 : 1;
      return done.with(node.task);
    }
    if (node.parts.length < 2) throw new Error(`a ${node.kind} of fewer than two parts`);
    if (node.parts.some((part) => part.kind === node.kind)) throw new Error(`a ${node.kind} directly in a ${node.kind}`);
    if (node.kind === 'series') return node.parts.reduce((sofar, part) => walk(part, sofar, depth), done);
    states++;
    const all = done.copy();
    for (const part of node.parts) all.add(walk(part, done, depth + 1));
    return all;
  };
  walk(structure, new Bits(size), 0);
  return { held, gates, states, gated, nesting };
}

/** Runs the tasks, each as soon as what it waits for is done. */
function simulate(waitsFor: readonly (readonly number[])[], seconds: readonly number[]): Waits {
  const size = waitsFor.length;
  const missing = waitsFor.map((own) => own.length);
  const waiting: number[][] = waitsFor.map(() => []);
  waitsFor.forEach((own, task) => {
    for (const other of own) waiting[other]!.push(task);
  });
  const before = waitsFor.map(() => new Bits(size));
  const start = new Array<number>(size).fill(0);
  const ready = waitsFor.flatMap((own, task) => (own.length === 0 ? [task] : []));
  let makespanSec = 0;
  for (const task of ready) {
    const end = start[task]! + seconds[task]!;
    makespanSec = Math.max(makespanSec, end);
    for (const other of waiting[task]!) {
      start[other] = Math.max(start[other]!, end);
      before[other]!.add(before[task]!.with(task));
      missing[other]!--;
      if (missing[other] === 0) ready.push(other);
    }
  }
  if (ready.length < size) throw new Error('deadlock');
  return { before, makespanSec };
}

/** A set of tasks. */
class Bits {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  has(task: number): boolean {
    return (this.#words[task >>> 5]! & (1 << (task & 31))) !== 0;
  }

  add(other: Bits): void {
    for (let w = 0; w < this.#words.length; w++) this.#words[w]! |= other.#words[w]!;
  }

  copy(): Bits {
    const copy = new Bits(32 * this.#words.length);
    copy.add(this);
    return copy;
  }

  with(task: number): Bits {
    const copy = this.copy();
    copy.#words[task >>> 5]! |= 1 << (task & 31);
    return copy;
  }

  isWithin(other: Bits): boolean {
    return this.#words.every((word, w) => (word & ~other.#words[w]!) === 0);
  }

  *members(): Generator<number> {
    for (let w = 0; w < this.#words.length; w++) {
      const word = this.#words[w]!;
      if (word !== 0) for (let bit = 0; bit < 32; bit++) if (word & (1 << bit)) yield 32 * w + bit;
    }
  }
}
