/** What there is to know of a task to follow a run of it, as the plan has it, with the ids of its subtasks as they are written. */
export interface FollowedTask {
  readonly task_id: string;
  readonly trigger_rule?: string;
  readonly timeout_seconds?: number;
  readonly pool?: string | null;
  readonly subtasks?: readonly FollowedTask[];
  readonly foreach?: unknown;
  readonly max_concurrency?: number;
  readonly tolerated_failures?: number | string;
  readonly on_failure?: string;
}

export interface FollowedPlan<T extends FollowedTask = FollowedTask> {
  readonly plan_id: string;
  /** Tells apart the plans that a run has had one after the other. */
  readonly goal_id?: string;
  readonly tasks: readonly T[];
  readonly pools: Readonly<Record<string, number>>;
  readonly on_failure?: string;
  readonly resource_budget: { readonly max_parallel_tasks: number };
}

/** Whoever runs: the plan has it once, the run once for each item of the foreach around it. */
export interface Placed<T extends FollowedTask = FollowedTask> {
  readonly id: string;
  readonly task: T;
  /** Of a foreach the whole; its items are tasks or compounds. */
  readonly role: 'task' | 'compound' | 'foreach' | 'begin';
  /** By which it is decided: what an item begins with its foreach has decided. */
  readonly rule: string;
  /** What it is in, the nearest first; of a begin that which it begins. */
  readonly around: readonly Placed<T>[];
}

const BEGIN = '(begin)';

/** The task of a plan that is called so in its runs; undefined where it has none. */
export function placeOf<T extends FollowedTask>(tasks: readonly T[], id: string): Placed<T> | undefined {
  let scope = tasks;
  let around: readonly Placed<T>[] = [];
  const path: string[] = [];
  const steps = id.split('/');
  for (;;) {
    const step = steps.shift();
    const found = around[0];
    if (step === undefined) return found;
    if (step === BEGIN && found !== undefined && steps.length === 0)
      return { id, task: found.task, role: 'begin', rule: found.rule, around };
    path.push(step);
    const isItem = found?.role === 'foreach';
    const task = isItem && /^\d+$/.test(step) ? found.task : scope.find(({ task_id }) => task_id === step);
    if (task === undefined) return undefined;
    const isWhole = task.foreach !== undefined && !isItem;
    const role = isWhole ? 'foreach' : task.subtasks === undefined ? 'task' : 'compound';
    around = [{ id: path.join('/'), task, role, rule: isItem ? 'all_success' : (task.trigger_rule ?? 'all_success'), around }, ...around];
    scope = isWhole ? [] : ((task.subtasks ?? []) as readonly T[]);
    if (role === 'task' && steps.length > 0) return undefined;
  }
}

export function toleratedOf({ tolerated_failures: tolerated = 0 }: FollowedTask, items: number): number {
  return typeof tolerated === 'number' ? tolerated : Math.floor((items * Number.parseFloat(tolerated)) / 100);
}

export function isTolerant({ task, role }: Placed): boolean {
  return role === 'foreach' && Number.parseFloat(String(task.tolerated_failures ?? 0)) > 0;
}
