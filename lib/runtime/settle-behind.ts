import { isFinal, type TaskStatus } from '../model/run.ts';
import type { TaskRecord } from '../model/task-record.ts';
import { decideEarly, decideTask } from './decide-task.ts';
import { type EndedTask, endFollowers, endUnrun, type Reasons, type UnrunTask } from './end-followers.ts';
import { admitted, releaseGates } from './gates.ts';
import { type RunScope, type Runtime, scopeOfTasks } from './runtime.ts';
import { type Decision, decides } from './trigger-rules.ts';

/**
 * Settles what hangs on a task that has ended, and on those that ended with it: each task that decides is told, and what it comes to may end
 * it and others in turn. Gates open only when all of that is recorded, so that whatever starts then finds it so: first those of tasks that
 * will never run, whose states end; then those of tasks that run now.
 *
 * What is decided follows from statuses in the store alone, and who ended a task tells all that hang on it. So whoever repeats this after a
 * crash comes to the same, and tells whom the dead one had not told.
 *
 * @param behind tasks that ended with it, recorded as far as they had no final status
 * @param sweep ends more tasks once all is recorded that follows from this one
 */
export async function settleBehind(
  runtime: Runtime,
  scope: RunScope,
  ended: EndedTask,
  behind: readonly UnrunTask[],
  reasons: Reasons,
  sweep: () => Promise<readonly UnrunTask[]> = nothing,
): Promise<void> {
  /** With the tasks of foreach that have begun since, where some of them ended too. */
  let known = scope;
  const unrun = behind.map(({ record }) => record.ordinal);
  /** Each tells those that hang on it once: told along every path that leads to it, it would do so exponentially often. */
  const ending = new Set(unrun);
  const isNew = ({ record: { ordinal } }: UnrunTask): boolean => !ending.has(ordinal) && Boolean(ending.add(ordinal));
  const running = new Set<number>();
  const decideAll = async (first: readonly EndedTask[]): Promise<void> => {
    for (let front = first; front.length > 0; ) front = await decideNext(front);
  };
  const decideNext = async (front: readonly EndedTask[]): Promise<readonly EndedTask[]> => {
    const decided: UnrunTask[] = [];
    for (const { record, status } of front) {
      for (const decider of record.opens.map((ordinal) => known.spec.tasks[ordinal]!).filter(decides)) {
        const decision = await arrive(runtime, known, decider, record.ordinal, status);
        if (decision === 'run') running.add(decider.ordinal);
        else if (decision !== 'wait') decided.push({ record: decider, status: decision });
      }
    }
    const first = decided.filter(isNew);
    if (first.length === 0) return [];
    await endUnrun(runtime, known, first, reasons);
    const next = [...first, ...(await endFollowers(runtime, known, first, reasons)).filter(isNew)];
    for (const { record } of next) unrun.push(record.ordinal);
    return asRecorded(runtime, known, next);
  };
  await decideAll(ended.status === 'completed' ? [ended] : await asRecorded(runtime, scope, [ended, ...behind]));
  const swept = await sweep();
  known = await scopeOfTasks(runtime, scope, swept);
  for (const { record } of swept) unrun.push(record.ordinal);
  await decideAll(await asRecorded(runtime, known, swept));
  await releaseGates(runtime, known, unrun);
  for (const ordinal of running) await admitted(runtime, known, ordinal);
}

const nothing = async (): Promise<readonly UnrunTask[]> => [];

/** How tasks that others decide by really ended, as another may have ended them before. */
async function asRecorded({ store }: Runtime, { runId, spec }: RunScope, ended: readonly EndedTask[]): Promise<EndedTask[]> {
  const asked = ended.map(({ record }) => record).filter(({ opens }) => opens.some((ordinal) => decides(spec.tasks[ordinal]!)));
  if (asked.length === 0) return [];
  const { tasks } = await store.readTasks(
    runId,
    asked.map(({ ordinal }) => ordinal),
    [],
  );
  return asked.flatMap((record) => {
    const status = tasks.get(record.ordinal)?.status ?? 'pending';
    return isFinal(status) ? [{ record, status }] : [];
  });
}

/**
 * Tells a task that decides how one of its dependencies ended. The others are read only when all have arrived: a wide gate would else be read
 * as often as it is wide.
 *
 * @returns `run` only where its gate has been entered; one that is entered later decides for itself
 */
async function arrive(
  runtime: Runtime,
  { runId, ref }: RunScope,
  decider: TaskRecord,
  dependency: number,
  status: TaskStatus,
): Promise<Decision> {
  const { arrived, hasToken } = await runtime.store.addArrival(ref, decider.ordinal, dependency);
  const isLast = arrived >= decider.gate!.dependencies.length;
  const asksAll = isLast || decider.rule!.guard !== undefined;
  const decision = await (asksAll ? decideTask(runtime, runId, decider) : decideEarly(runtime, runId, decider, status));
  return decision === 'run' && !hasToken ? 'wait' : decision;
}
