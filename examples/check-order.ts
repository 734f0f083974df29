import { expect } from 'vitest';
import type { ExampleResult } from './run-plan.ts';

/** How each task ended, by its id; begins of compounds are left out. */
export function statusesOf({ tasks }: ExampleResult): Record<string, string> {
  const shown = Object.entries(tasks).filter(([id]) => !id.endsWith('(begin)'));
  return Object.fromEntries(shown.map(([id, { status }]) => [id, status]));
}

/** Fails where a task began before the one in front of it had ended. */
export function expectInOrder({ tasks }: ExampleResult, ...ids: readonly string[]): void {
  const times = ids.flatMap((id) => [`${tasks[id]!.started_at} ${id}`, `${tasks[id]!.completed_at} ${id}`]);
  const instant = (line: string): string => line.split(' ')[0]!;
  expect(times.map(instant), times.join(', ')).toEqual(times.map(instant).sort());
}

/** How many tasks with such ids ran at once, at the most; what ends in an instant is over before what begins in it. */
export function mostAtOnce({ tasks }: ExampleResult, ids: RegExp): number {
  const changes = Object.entries(tasks).flatMap(([id, { started_at, completed_at }]) =>
    ids.test(id) && started_at !== null
      ? [
          { at: started_at, by: 1 },
          { at: completed_at!, by: -1 },
        ]
      : [],
  );
  let now = 0;
  return Math.max(...changes.sort((a, b) => a.at.localeCompare(b.at) || a.by - b.by).map(({ by }) => (now += by)));
}
