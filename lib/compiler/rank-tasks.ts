/**
 * The order in which free places are given out: by turn, then higher priority first, then the longer path that is still ahead, then
 * plan order.
 *
 * @param turns per task its turn, 0 first
 * @param remainingSec per task the longest path from its start to the end of the plan
 * @returns the place of each task in that order, 0 first
 */
export function rankTasks(turns: readonly number[], priorities: readonly number[], remainingSec: readonly number[]): number[] {
  const order = priorities.map((_, ordinal) => ordinal);
  order.sort((a, b) => turns[a]! - turns[b]! || priorities[b]! - priorities[a]! || remainingSec[b]! - remainingSec[a]! || a - b);
  const rank = new Array<number>(order.length);
  order.forEach((ordinal, place) => {
    rank[ordinal] = place;
  });
  return rank;
}
