import type { Plan } from '../model/plan.ts';

/** What an earlier execution of the run has left to be done. */
export interface Residual {
  /** Number of the execution that is compiled, 2 or more: an execution's records say so. */
  readonly execution: number;
  /** Ordinals of the tasks that are to run; not empty. All others are left as they are. */
  readonly open: ReadonlySet<number>;
  /** Tasks among them that their trigger rule lets run at once, whatever becomes of open ones that they depend on. */
  readonly decided: ReadonlySet<number>;
  /** Tasks among them that were started before and hold their places in the pools of the run still: ahead of all others. */
  readonly started: ReadonlySet<number>;
  /** How often a task may still be retried: of its own retry policy's max_retries, or what was given anew. */
  readonly retriesLeft: (ordinal: number) => number;
  /** Of tasks that are not there yet: in place of their retry policies' max_retries. */
  readonly maxRetries?: number | undefined;
  /** Of the begins of compounds that have completed: how long the run had been going by then, in milliseconds. */
  readonly beganMs?: ReadonlyMap<number, number> | undefined;
  /** Tasks that the plan had and has no more: their ordinals stay theirs. */
  readonly removed?: ReadonlySet<number> | undefined;
}

/** The same with the tasks that stand for those of items, behind all tasks of the plan, which are to run too. */
export function withOpenStandIns(residual: Residual, count: number, { tasks }: Plan): Residual {
  if (tasks.length === count) return residual;
  const open = new Set(residual.open);
  for (let ordinal = count; ordinal < tasks.length; ordinal++) open.add(ordinal);
  const { maxRetries } = residual;
  const retriesLeft = (ordinal: number): number => {
    if (ordinal < count) return residual.retriesLeft(ordinal);
    const { task_type, retry_policy } = tasks[ordinal]!;
    return task_type === 'compound' ? 0 : (maxRetries ?? retry_policy.max_retries);
  };
  return { ...residual, open, retriesLeft };
}

/** The same for a run that begins: nothing is done yet. */
export function firstExecution({ tasks }: Plan): Residual {
  return {
    execution: 1,
    open: new Set(tasks.keys()),
    decided: new Set(),
    started: new Set(),
    retriesLeft: (ordinal) => tasks[ordinal]!.retry_policy.max_retries,
  };
}
