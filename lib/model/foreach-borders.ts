import type { BindingReference } from './bindings.ts';
import type { TaskReferences } from './check-references.ts';
import type { ProblemList } from './problem-list.ts';
import type { TaskScopes } from './task-scopes.ts';
import type { TaskSketch } from './task-sketch.ts';

export interface ForeachBorders {
  readonly references: readonly TaskReferences[];
  /** Per task, for a foreach: what its items bind that is outside of it. It waits for that before it begins; one in its items need not. */
  readonly lifted: readonly (readonly number[])[];
}

/**
 * The tasks of a foreach's items are there only once it has begun. So nothing outside depends on one of them or binds it (E5302, E5402), and
 * they depend on nothing outside (E5302): the foreach does. What they bind there it waits for in their place.
 */
export function readForeachBorders(
  tasks: readonly TaskSketch[],
  references: readonly TaskReferences[],
  scopes: TaskScopes,
  problems: ProblemList,
): ForeachBorders {
  const lifted = tasks.map(() => new Set<number>());
  if (!tasks.some(({ foreach }) => foreach !== undefined)) return { references, lifted: tasks.map(() => []) };
  const around = tasks.map((task) => foreachAround(task, tasks, scopes));
  /** Of the first, those that are not around the second. */
  const onlyAround = (place: number, other: number): number[] => around[place]!.filter((each) => !around[other]!.includes(each));

  tasks.forEach((task, place) => {
    for (const { id, index } of task.dependencies) {
      const other = scopes.find(id, scopes.around(task));
      if (other === undefined) continue;
      const path = ['tasks', task.ordinal, 'dependencies', index, 'task_id'];
      const [inward] = onlyAround(other, place);
      const [outward] = onlyAround(place, other);
      if (inward !== undefined)
        problems.add('E5302', path, isInside(id, tasks[inward]!), [task.id], { hint: waitForAll(tasks[inward]!.id) });
      else if (outward !== undefined) {
        const message = `${JSON.stringify(id)} is not in the foreach ${JSON.stringify(tasks[outward]!.id)}, which waits for all that its items need`;
        problems.add('E5302', path, message, [task.id], { hint: 'say it in the dependencies of the foreach' });
      }
    }
  });

  const lift = (place: number, bindings: readonly BindingReference[], field: string): BindingReference[] =>
    bindings.map((binding) => {
      const { source, text } = binding;
      if (typeof source !== 'number') return binding;
      const [inward] = onlyAround(source, place);
      if (inward !== undefined) {
        const { ordinal, id } = tasks[place]!;
        problems.add('E5402', ['tasks', ordinal, field], isInside(text, tasks[inward]!), [id], { hint: waitForAll(tasks[inward]!.id) });
      }
      const outward = onlyAround(place, source);
      // once that one has begun, all it waits for has ended, and nobody would tell those in its items how
      if (outward.length > 0) lifted[outward.at(-1)!]!.add(source);
      return outward.length > 0 ? { ...binding, inherited: true } : binding;
    });
  return {
    references: references.map(({ own, outputs }, place) => ({
      own: lift(place, own, tasks[place]!.foreach === undefined ? 'inputs' : 'foreach'),
      outputs: lift(place, outputs, 'outputs'),
    })),
    lifted: lifted.map((sources) => [...sources]),
  };
}

/** Each foreach whose items a task is for, the nearest first. */
function foreachAround(task: TaskSketch, tasks: readonly TaskSketch[], scopes: TaskScopes): number[] {
  const around: number[] = [];
  for (let id = task.parent; id !== undefined; ) {
    const place: number | undefined = scopes.byId.get(id);
    if (place === undefined) break;
    if (tasks[place]!.foreach !== undefined) around.push(place);
    id = tasks[place]!.parent;
  }
  return around;
}

function isInside(what: string, { id }: TaskSketch): string {
  return `${JSON.stringify(what)} is of an item of the foreach ${JSON.stringify(id)}, and there are as many as its list has`;
}

/** What whoever means a task of an item may write instead. */
export function waitForAll(foreach: string): string {
  return `what is outside waits for all of ${JSON.stringify(foreach)}, and reads its results: "{{${foreach}.results[0]}}"`;
}
