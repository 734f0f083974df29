import type { JsonObject } from '../model/json.ts';
import { childRunId, type SubPlanRecord } from './child-run-id.ts';
import { writeChildToken } from './child-token.ts';
import { AttemptSupersededError } from './errors.ts';
import type { ChildTry, RunParent } from './ports/child-runs.ts';
import type { TaskItem } from './ports/tasks.ts';
import { type RunScope, type Runtime, timestamp } from './runtime.ts';
import { LOOK_AFTER_SEC } from './start-run.ts';
import { tellParent } from './tell-parent.ts';

/** The folder of the plan and machines of a child run's first execution: whoever writes it down, it is the same. */
const FIRST_FOLDER = 'start';

export interface ChildAttempt {
  readonly item: TaskItem | undefined;
  /** Of the task, bound: the run's context. */
  readonly inputs: JsonObject;
  /** Of the state, which waits to be told how the run has ended. */
  readonly token: string | undefined;
}

/**
 * An attempt of a task that is a run of another plan: lets its child run begin, or go on, and leaves. Whoever ends that run ends the attempt.
 * The attempt does not end with the invocation that began it: one that comes after it goes on with it, and its state waits for the same.
 *
 * The token is there before the run is looked at: who ends it afterwards finds the token, and what had ended is found here.
 *
 * @throws AttemptSupersededError
 */
export async function attemptChildRun(runtime: Runtime, scope: RunScope, record: SubPlanRecord, attempt: ChildAttempt): Promise<void> {
  const { store, queue, clock } = runtime;
  const { item, inputs, token = '' } = attempt;
  const isUnderWay = item?.status === 'executing';
  const number = (item?.attempt ?? 0) + (isUnderWay ? 0 : 1);
  if (!isUnderWay && !(await store.claimTask(scope.runId, record, number, timestamp(clock)))) {
    throw new AttemptSupersededError(`another invocation of task ${record.id} has begun attempt ${number}`);
  }
  await store.addChildToken(scope.ref, record.ordinal, writeChildToken(number, token));
  const childId = childRunId(scope.runId, record);
  const child = await store.getControl(childId);
  if (child === undefined)
    await createChildRun(runtime, scope, record, { inputs, for_parent: { ref: scope.ref, failures: item?.failures ?? 0 } });
  else if (child.status === 'queued') await queue.send(childId, 0); // who wrote it down may have died before
  await tellParent(runtime, childId);
}

/** Writes the run down; the start queue compiles its plan and starts it, if its parent wants it still. */
async function createChildRun(
  { store, queue, clock }: Runtime,
  { runId }: RunScope,
  record: SubPlanRecord,
  { inputs, for_parent }: { readonly inputs: JsonObject; readonly for_parent: ChildTry },
): Promise<void> {
  const { id, ordinal, subPlan } = record;
  const { planHash, planId, goalId, timeoutSec } = subPlan;
  const run_id = childRunId(runId, record);
  const parent: RunParent = {
    run_id: runId,
    task_id: id,
    ordinal,
    plan_hash: planHash,
    ...(timeoutSec !== undefined && { timeout_sec: timeoutSec }),
  };
  const run = { run_id, plan_id: planId, goal_id: goalId, context: inputs, created_at: timestamp(clock) };
  // before the run: there is none that nobody looks after
  await queue.send(run_id, LOOK_AFTER_SEC);
  try {
    await store.createRun({ ...run, folder: FIRST_FOLDER, parent, for_parent });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'RunExistsError')) throw error; // another invocation was first
  }
  await queue.send(run_id, 0);
}
