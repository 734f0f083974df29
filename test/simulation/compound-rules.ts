import { isFinal, type TaskStatus } from '../../lib/model/run.ts';
import { isTolerant, type Placed, toleratedOf } from './placed-task.ts';

/** How the tasks of a run stand. */
export interface Standing {
  readonly statusOf: (id: string) => TaskStatus;
  /** Whether the run has such a task. */
  readonly has: (id: string) => boolean;
}

/** What a compound or foreach holds: its subtasks, or its items as far as there are any. */
export function heldBy({ id, task, role }: Placed, { has }: Pick<Standing, 'has'>): string[] {
  if (role === 'compound') return task.subtasks!.map(({ task_id }) => `${id}/${task_id}`);
  const items: string[] = [];
  while (has(`${id}/${items.length}`)) items.push(`${id}/${items.length}`);
  return items;
}

/** How what a compound or foreach holds stands. */
export function heldStatuses(place: Placed, standing: Standing): TaskStatus[] {
  return heldBy(place, standing).map(standing.statusOf);
}

/** How one ends that has begun and holds these, all of which have ended. */
export function comesTo({ task, role }: Placed, held: readonly TaskStatus[]): TaskStatus {
  if (role === 'foreach') {
    const failed = held.filter((status) => status === 'failed' || status === 'blocked').length;
    if (failed > toleratedOf(task, held.length)) return 'failed';
    return held.includes('cancelled') ? 'cancelled' : 'completed';
  }
  for (const bad of ['failed', 'blocked', 'cancelled'] as const) if (held.includes(bad)) return bad;
  return held.includes('completed') ? 'completed' : 'skipped';
}

/** What is wrong with an end that has just come: of which of the things it may follow from none is there. */
export function wrongEnd(place: Placed, to: TaskStatus, code: string | undefined, standing: Standing): string | undefined {
  const held = heldStatuses(place, standing);
  const begin = `${place.id}/(begin)`;
  const begun = !standing.has(begin) || standing.statusOf(begin) === 'completed';
  const text = `${place.id} ended ${to} (${code}) while ${begun ? '' : `its begin was ${standing.statusOf(begin)}, and `}it held ${held}`;
  if (to === 'completed') return begun && held.every(isFinal) && comesTo(place, held) === 'completed' ? undefined : text;
  if (to !== 'failed' || code !== 'E5204' || !begun) return undefined;
  if (place.role === 'foreach') return held.every(isFinal) && comesTo(place, held) === 'failed' ? undefined : text;
  return held.includes('failed') ? undefined : text;
}

/** The compounds and foreach that a failed task stops by their `on_failure`; `plan`: everything. */
export function stoppedBy(failed: Placed, planFailsFast: boolean, standing: Standing): (string | 'plan')[] {
  const stopped: string[] = [];
  for (const at of failed.around) {
    const isItem = at.around[0]?.role === 'foreach';
    const isBeyond = !isTolerant(at) || comesTo(at, heldStatuses(at, standing)) === 'failed';
    if (at.task.on_failure === 'fail_fast' && !isItem && isBeyond) stopped.push(at.id);
    if (isTolerant(at)) return stopped;
  }
  return planFailsFast ? [...stopped, 'plan'] : stopped;
}

/** Whether the failure of a task is one that a foreach has completed without. */
export function isForgiven({ around }: Placed, { statusOf }: Pick<Standing, 'statusOf'>): boolean {
  return around.some(({ id, role }) => role === 'foreach' && statusOf(id) === 'completed');
}
