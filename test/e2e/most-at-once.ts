/** How many tasks were executing at the same time, at the most. */
export function mostAtOnce(events: readonly { readonly type: string; readonly at: string }[]): number {
  const changes = events.flatMap(({ type, at }) => {
    if (type === 'task.executing') return [{ at, by: 1 }];
    return type === 'task.completed' || type === 'task.pending' ? [{ at, by: -1 }] : [];
  });
  let now = 0;
  // at the same moment, what ends goes before what begins
  return Math.max(...changes.sort((a, b) => a.at.localeCompare(b.at) || a.by - b.by).map(({ by }) => (now += by)));
}
