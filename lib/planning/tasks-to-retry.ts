import { dependentsOf, reachable } from '../graph/reachable.ts';
import type { TaskStatus } from '../model/run.ts';

/**
 * The tasks that a retry runs again: all that have not completed, and those of `rerun` whatever they are. One that was skipped runs again only
 * where something does that it depends on, directly or not: else nothing could come out differently.
 *
 * @param present all tasks of the plan
 * @param statusOf undefined for a task that was never touched
 */
export function tasksToRetry(
  dependencies: readonly (readonly number[])[],
  present: readonly number[],
  statusOf: (ordinal: number) => TaskStatus | undefined,
  rerun: ReadonlySet<number>,
): Set<number> {
  const isDone = (ordinal: number): boolean => statusOf(ordinal) === 'completed' || statusOf(ordinal) === 'skipped';
  const again = new Set(present.filter((ordinal) => rerun.has(ordinal) || !isDone(ordinal)));
  for (const ordinal of descendants(dependencies, [...again])) if (statusOf(ordinal) === 'skipped') again.add(ordinal);
  return again;
}

/** All that depend on one of these, directly or not. */
export function descendants(dependencies: readonly (readonly number[])[], from: readonly number[]): Set<number> {
  return reachable(dependentsOf(dependencies), from);
}
