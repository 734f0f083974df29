import type { JsonObject } from '../../lib/model/json.ts';
import type { RetryOptions } from '../../lib/run-control/run-controls.ts';
import { latestRecords } from '../../lib/runtime/latest-spec.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { SubPlanWorld, type WorldOptions } from '../sub-plans/world.ts';

export interface StartOptions extends Pick<WorldOptions, 'makeDispatcher' | 'machineQuotas'> {
  /** The stored plans that the plan may name, by their names; in order where they name each other. */
  readonly stored?: Readonly<Record<string, object>> | undefined;
}

/** One run of a plan, its time moved by hand. */
export async function startWorld(plan: object, { stored = {}, ...options }: StartOptions = {}) {
  const world = new SubPlanWorld(options);
  const { clock, events, store, controls, planner, runtime, executions } = world;
  for (const [name, kept] of Object.entries(stored)) await planner.store(name, kept);
  const { run_id: runId } = await planner.submit({ plan: { plan_id: 'nested', ...plan } });
  const statusOfRun = async (): Promise<string> => (await store.getRun(runId))!.status;
  return {
    clock,
    events,
    store,
    controls,
    runId,
    executions,
    statusOfRun,
    nowSec: (): number => world.nowSec,
    toTheEnd: (): Promise<void> => world.toTheEnd(),
    retry: (options: RetryOptions = {}) => controls.retry(runId, options),
    /** The execution is stopped from outside. */
    interrupt: (): Promise<void> => world.interrupt(runId),
    /** What became of each task, by its id. */
    async statuses(): Promise<Map<string, string>> {
      const last = new Map<string, string>();
      for (const { type, task_id } of events) if (task_id !== undefined) last.set(task_id, type.slice('task.'.length));
      return new Map([...last].sort());
    },
    /** Of the tasks that have completed, by their ids. */
    async outputs(): Promise<Map<string, JsonObject>> {
      const ids = new Map((await latestRecords(runtime, runId)).map(({ ordinal, id }) => [ordinal, id]));
      const completed = (await store.listTasks(runId)).filter(({ status }) => status === 'completed');
      return new Map(completed.map(({ ordinal, outputs }) => [ids.get(ordinal)!, outputs ?? {}]));
    },
    async close(): Promise<void> {
      await world.toTheEnd();
      world.close();
      if (world.errors.length > 0) throw new Error(`child runs were not started: ${world.errors.join('; ')}`);
    },
  };
}

export type CompoundWorld = Awaited<ReturnType<typeof startWorld>>;

/** The same events as if the run had not stood still between two moments, in milliseconds. */
export function withoutStandstill(events: readonly RunEvent[], fromMs: number, untilMs: number): RunEvent[] {
  return events.map((event) => {
    const atMs = Date.parse(event.at);
    return atMs < untilMs ? event : { ...event, at: new Date(atMs - (untilMs - fromMs)).toISOString() };
  });
}
