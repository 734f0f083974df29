import { refOf } from '../model/execution-ref.ts';
import { isFinal, isFinalRun } from '../model/run.ts';
import { childRunId, runsPlan, type SubPlanRecord } from './child-run-id.ts';
import { controlStateOf } from './control-table.ts';
import type { ChildTry } from './ports/child-runs.ts';
import type { RunControl } from './ports/runs.ts';
import type { TaskItem } from './ports/tasks.ts';
import type { RunScope, Runtime } from './runtime.ts';

/**
 * What a child run's parent wants of it:
 *
 *   run        an attempt of its task is under way, which waits for the run
 *   rest       nothing for now: its task has not been started yet in the parent's execution, or waits for its next attempt
 *   pause      the parent's run is being paused, or is
 *   interrupt  the parent's execution has died, and may be taken up again
 *   end        nothing any more
 */
export type Wish = 'run' | 'rest' | 'pause' | 'interrupt' | 'end';

/** The task that a run was started for, as it stands. */
export interface ParentTask {
  readonly wish: Wish;
  readonly parent: RunControl;
  /** Of the parent's run, by its latest spec. */
  readonly scope: RunScope;
  readonly record: SubPlanRecord;
  readonly item: Pick<TaskItem, 'status' | 'attempt' | 'failures'> | undefined;
}

/** undefined where the parent is gone, or has no such task any more: its wish would be `end`. */
export async function findParentTask(
  { store, specs }: Pick<Runtime, 'store' | 'specs'>,
  { run_id, parent: link }: RunControl,
): Promise<ParentTask | undefined> {
  if (link === undefined) return undefined;
  for (let tried = 0; ; ) {
    const parent = await store.getControl(link.run_id);
    if (parent === undefined || parent.planned === tried) return undefined;
    tried = parent.planned;
    const execution = { runId: link.run_id, execution: parent.planned };
    const ref = refOf(execution);
    const spec = await specs.find(ref);
    if (spec === undefined) continue; // another execution was planned meanwhile
    const record = spec.tasks[link.ordinal];
    if (record === undefined || !runsPlan(record) || childRunId(link.run_id, record) !== run_id) return undefined;
    const { tasks } = await store.readTasks(link.run_id, [link.ordinal], []);
    const item = tasks.get(link.ordinal);
    return { wish: wishOf(parent, item), parent, scope: { ...execution, ref, spec }, record, item };
  }
}

function wishOf(parent: RunControl, item: ParentTask['item']): Wish {
  if (isFinalRun(parent.status)) return controlStateOf(parent) === 'interrupted' ? 'interrupt' : 'end';
  if (parent.status === 'cancelling') return 'end';
  if (parent.status === 'queued') return 'rest';
  if (item !== undefined && isFinal(item.status)) return 'end';
  if (parent.status !== 'executing') return 'pause';
  return item?.status === 'executing' ? 'run' : 'rest';
}

/** The try that the task's attempt is, where one is under way. */
export function tryOf({ scope, item }: Pick<ParentTask, 'scope' | 'item'>): ChildTry | undefined {
  return item?.status === 'executing' ? { ref: scope.ref, failures: item.failures } : undefined;
}

/** Whether a child run stands still, or has ended, in this very try: not as its parent had it before, but as somebody else has it now. */
export function isOfThisTry({ order: { for_parent: tried } }: RunControl, task: Pick<ParentTask, 'scope' | 'item'>): boolean {
  const wanted = tryOf(task);
  return wanted !== undefined && tried?.ref === wanted.ref && tried.failures === wanted.failures;
}
