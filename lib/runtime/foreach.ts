import type { TaskRecord } from '../model/task-record.ts';

/** Its items as wholes, by their ordinals; none before it has begun. */
export function itemsOf({ foreach }: Pick<TaskRecord, 'foreach'>): number[] {
  if (foreach?.items === undefined) return [];
  const { first, count } = foreach.items;
  return Array.from({ length: count }, (_, index) => first + index * foreach.size);
}

/** How many of its items may fail. */
export function toleratedOf({ foreach }: Pick<TaskRecord, 'foreach'>): number {
  const { tolerated, items } = foreach!;
  return 'count' in tolerated ? tolerated.count : Math.floor(((items?.count ?? 0) * tolerated.percent) / 100);
}

/** Whether it may complete although items of it have failed. */
export function isTolerant({ foreach }: Pick<TaskRecord, 'foreach'>): boolean {
  return foreach !== undefined && ('count' in foreach.tolerated ? foreach.tolerated.count : foreach.tolerated.percent) > 0;
}
