/** Between the id of a compound and those of its subtasks. */
const SEPARATOR = '/';

/** The id by which a plan knows a subtask: unique in the whole plan, as the ids of subtasks have no slash in them. */
export function nestedId(compound: string, subtask: string): string {
  return `${scopeIn(compound)}${subtask}`;
}

/** What the ids of all tasks in a compound begin with. */
export function scopeIn(compound: string): string {
  return `${compound}${SEPARATOR}`;
}

/** Whether a subtask may be called so. */
export function isPlainId(id: string): boolean {
  return !id.includes(SEPARATOR);
}

/** The id of the task that stands before the subtasks of a compound which has something to wait for or to time. */
export function beginId(compound: string): string {
  return nestedId(compound, '(begin)');
}

/** Stands for every item of a foreach where its tasks are not there yet. */
export function itemsId(foreach: string): string {
  return itemId(foreach, '*');
}

/** The id of an item of a foreach as a whole. */
export function itemId(foreach: string, index: number | '*'): string {
  return nestedId(foreach, String(index));
}

/** Whether a task stands for those of every item of a foreach: nobody who writes a plan knows it by that id. */
export function isOfItems(id: string): boolean {
  return id.split(SEPARATOR).includes('*', 1);
}

/** The id as whoever wrote the plan knows it: there a foreach is one task. */
export function withoutItems(id: string): string {
  const steps = id.split(SEPARATOR);
  return steps.filter((step, i) => i === 0 || step !== '*').join(SEPARATOR);
}

/** An id with the beginning `from` replaced, where it has that. */
export function movedId(id: string, from: string, to: string): string {
  return id === from || id.startsWith(scopeIn(from)) ? to + id.slice(from.length) : id;
}

/** What an id would be in, from the outside in: of `a/b/c` that is `a` and `a/b`. */
export function enclosingIds(id: string): string[] {
  const steps = id.split(SEPARATOR);
  return steps.slice(1).map((_, i) => steps.slice(0, i + 1).join(SEPARATOR));
}
