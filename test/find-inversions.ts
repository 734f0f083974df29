import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import type { RandomPlan, RandomTask } from './random-plans.ts';

/**
 * Tasks that went on waiting although they were more urgent than one that started: ready before, and with room for them in the run
 * and in their pool had the other not started. From the events alone, and moment by moment: within one, any order is right.
 */
export function findInversions({ tasks, pools }: RandomPlan, events: readonly RunEvent[], limit: number): string[] {
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  const waiting = new Set(tasks);
  const running = new Set<RandomTask>();
  const endedAt = new Map<string, number>();
  const runStart = Date.parse(events[0]!.at);
  const isReadyBefore = ({ dependencies }: RandomTask, now: number): boolean =>
    runStart < now && dependencies.every(({ task_id }) => (endedAt.get(task_id) ?? now) < now);
  const hasRoomWithout = (absent: RandomTask, { pool }: RandomTask): boolean => {
    const others = [...running].filter((task) => task !== absent);
    return others.length < limit && (pool === null || others.filter((task) => task.pool === pool).length < pools[pool]!);
  };
  const inversions: string[] = [];

  for (const [now, moment] of Map.groupBy(events, ({ at }) => Date.parse(at))) {
    const started: RandomTask[] = [];
    for (const { type, task_id } of moment) {
      const task = byId.get(task_id ?? '');
      if (task === undefined) continue;
      if (type === 'task.executing') {
        waiting.delete(task);
        running.add(task);
        started.push(task);
      } else if (type === 'task.completed') {
        running.delete(task);
        endedAt.set(task.task_id, now);
      }
    }
    for (const task of started) {
      for (const other of waiting) {
        if (other.priority <= task.priority || !isReadyBefore(other, now) || !hasRoomWithout(task, other)) continue;
        inversions.push(`${task.task_id} started at ${(now - runStart) / 1000} s, ${other.task_id} did not`);
      }
    }
  }
  return inversions;
}
