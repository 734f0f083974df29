import { compoundsAround } from '../model/compounds-around.ts';
import type { Plan, Task } from '../model/plan.ts';
import { type Layout, type MapLayout, ordinalsOf, visitTasks } from './layout.ts';

/** The compound whose tasks a part holds: all are of it, and they are most of what is to run of it. By the ordinal of its end. */
export type GroupOf = (part: Layout, items: MapLayout['items'] | undefined) => number | undefined;

/** Undefined for a plan without compounds. */
export function compoundGroups({ tasks }: Plan, open: ReadonlySet<number>): GroupOf | undefined {
  if (!tasks.some(({ compound }) => compound !== undefined)) return undefined;
  const ordinals = new Map(tasks.map(({ task_id }, ordinal) => [task_id, ordinal]));
  const endOf = (id: string): Task => tasks[ordinals.get(id)!]!;
  const around = tasks.map((task) => compoundsAround(task, endOf).map(({ task_id }) => ordinals.get(task_id)!));
  const sizes = new Map<number, number>();
  for (const ordinal of open) for (const compound of around[ordinal]!) sizes.set(compound, (sizes.get(compound) ?? 0) + 1);

  return (part, items) => {
    let count = 0;
    let common: readonly number[] | undefined;
    visitTasks(
      part,
      (task, of) => {
        for (const ordinal of ordinalsOf(task, of)) {
          count++;
          common = common === undefined ? around[ordinal]! : common.filter((compound) => around[ordinal]!.includes(compound));
        }
      },
      items,
    );
    return common?.find((compound) => count * 2 > sizes.get(compound)!);
  };
}
