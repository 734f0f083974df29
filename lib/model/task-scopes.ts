import type { ReferenceNames } from './bindings.ts';
import { isOfItems, scopeIn, withoutItems } from './nested-ids.ts';
import type { TaskSketch } from './task-sketch.ts';

/**
 * By what tasks are called where: in a compound by the ids and names of its subtasks; then as in the compound around it, and so on, until
 * the plan's own. What lies deeper is called by its id from there: `extract/read`.
 */
export class TaskScopes {
  /** All tasks by their whole ids. */
  readonly byId: ReadonlyMap<string, number>;
  readonly #tasks: readonly TaskSketch[];
  readonly #known = new Map<string | undefined, ReferenceNames>();
  #byParent: Map<string | undefined, TaskSketch[]> | undefined;

  /** @param tasks whose places are what ids lead to */
  constructor(tasks: readonly TaskSketch[]) {
    this.#tasks = tasks;
    this.byId = new Map(tasks.map(({ id }, place) => [id, place]));
  }

  /** Where a task is declared. */
  around({ parent }: TaskSketch): ReferenceNames {
    return this.within(parent);
  }

  /** Inside of a compound; undefined: in the plan, outside of all. */
  within(compound: string | undefined): ReferenceNames {
    let names = this.#known.get(compound);
    if (names === undefined) {
      names = this.#make(compound);
      this.#known.set(compound, names);
    }
    return names;
  }

  /** The place of the task that is called so there. */
  find(id: string, names: ReferenceNames): number | undefined {
    for (let scope: ReferenceNames | undefined = names; scope !== undefined; scope = scope.outer) {
      const found = scope.byId.get(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #make(compound: string | undefined): ReferenceNames {
    const byName = new Map<string, number[]>();
    for (const { id, name } of this.#subtasksOf(compound)) {
      const place = this.byId.get(id)!;
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [place]);
      else same.push(place);
    }
    if (compound === undefined) return { byId: this.byId, byName };
    const prefix = scopeIn(compound);
    // whoever wrote the plan knows no id of items: in one, the whole id of another of its tasks is that of the foreach with the rest
    const whole = isOfItems(compound) ? scopeIn(withoutItems(compound)) : undefined;
    const placeOf = (id: string): number | undefined =>
      this.byId.get(prefix + id) ??
      (whole !== undefined && id.startsWith(whole) ? this.byId.get(prefix + id.slice(whole.length)) : undefined);
    const byId: ReferenceNames['byId'] = {
      get: placeOf,
      has: (id) => placeOf(id) !== undefined,
      keys: () => new Set(this.#subtasksOf(compound).map(({ id }) => id.slice(prefix.length))).keys(),
    };
    const place = this.byId.get(compound);
    const task = place === undefined ? undefined : this.#tasks[place]!;
    return { byId, byName, outer: this.within(task?.parent), hasItem: task?.foreach !== undefined };
  }

  #subtasksOf(compound: string | undefined): readonly TaskSketch[] {
    this.#byParent ??= Map.groupBy(this.#tasks, ({ parent }) => parent);
    return this.#byParent.get(compound) ?? [];
  }
}
