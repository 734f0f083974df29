/** A task among all tasks of a plan, by their places. */
export interface NestedTask {
  /** The compound that it is in. */
  readonly parent: number | undefined;
  readonly isCompound: boolean;
  /** What it depends on itself, by dependency or binding. */
  readonly own: readonly number[];
  /** Of a compound: what its outputs are made of. */
  readonly bound: readonly number[];
}

/**
 * Who waits for whom where tasks are in compounds: a subtask that depends on no other in its compound waits for all that the compound waits
 * for, the others do so through those; and a compound is done when all its subtasks are.
 */
export class Nesting {
  readonly tasks: readonly NestedTask[];
  readonly #subtasks: readonly (readonly number[])[];
  readonly #inherited = new Map<number, readonly number[]>();

  constructor(tasks: readonly NestedTask[]) {
    this.tasks = tasks;
    const subtasks: number[][] = tasks.map(() => []);
    tasks.forEach(({ parent }, task) => {
      if (parent !== undefined) subtasks[parent]!.push(task);
    });
    this.#subtasks = subtasks;
  }

  subtasksOf(compound: number): readonly number[] {
    return this.#subtasks[compound]!;
  }

  /** All tasks in a compound, however deep, those of the compounds in it after them. */
  allWithin(compound: number): number[] {
    return this.subtasksOf(compound).flatMap((task) => [task, ...this.allWithin(task)]);
  }

  isWithin(task: number, compound: number): boolean {
    for (let at = this.tasks[task]!.parent; at !== undefined; at = this.tasks[at]!.parent) if (at === compound) return true;
    return false;
  }

  /** Whether a subtask depends on no other in its compound. */
  isFirst(task: number): boolean {
    const { parent, own } = this.tasks[task]!;
    return parent === undefined || !own.some((other) => this.isWithin(other, parent));
  }

  /** What a task waits for with the compound that it is in: nothing where that follows from its own dependencies. */
  inherited(task: number): readonly number[] {
    const { parent } = this.tasks[task]!;
    if (parent === undefined || !this.isFirst(task)) return [];
    return this.startOf(parent);
  }

  /** What a compound waits for before its first subtasks may start. */
  startOf(compound: number): readonly number[] {
    let known = this.#inherited.get(compound);
    if (known === undefined) {
      known = [...new Set([...this.tasks[compound]!.own, ...this.inherited(compound)])];
      this.#inherited.set(compound, known);
    }
    return known;
  }

  /** Whether something in a compound, or its outputs, waits for what is outside and what the compound itself does not wait for. */
  isCrossed(compound: number): boolean {
    const known = new Set(this.startOf(compound));
    const isOutside = (other: number): boolean => !known.has(other) && !this.isWithin(other, compound);
    return [compound, ...this.allWithin(compound)].some((task) => {
      const { own, bound } = this.tasks[task]!;
      return bound.some(isOutside) || (task !== compound && own.some(isOutside));
    });
  }

  /** Per task all that it waits for, a compound for its subtasks. */
  dependencies(): number[][] {
    return this.tasks.map(({ isCompound, own, bound }, task) => {
      const subtasks = isCompound ? this.subtasksOf(task) : [];
      if (subtasks.length === 0) return [...own, ...this.inherited(task)];
      return [...subtasks, ...bound];
    });
  }
}
