/**
 * The order in which free slots are given out: higher priority first, then the longer path that is still ahead, then plan order.
 *
 * @param remainingSec per task the longest path from its start to the end of the plan
 * @returns the place of each task in that order, 0 first
 */
export function rankTasks(priorities: readonly number[], remainingSec: readonly number[]): number[] {
  const order = priorities.map((_, ordinal) => ordinal);
  order.sort((a, b) => priorities[b]! - priorities[a]! || remainingSec[b]! - remainingSec[a]! || a - b);
  const rank = new Array<number>(order.length);
  order.forEach((ordinal, place) => {
    rank[ordinal] = place;
  });
  return rank;
}
