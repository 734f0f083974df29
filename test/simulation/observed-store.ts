import type { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { readRef } from '../../lib/model/execution-ref.ts';
import { readKeptPlan } from '../../lib/planning/kept-plan.ts';
import { withItems } from '../../lib/runtime/item-records.ts';
import type { BlobStore } from '../../lib/runtime/ports/blob-store.ts';
import type { Clock } from '../../lib/runtime/ports/clock.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { RunHistory } from './run-history.ts';

/** Breaks the store on purpose. */
export type Sabotage = (store: RunStore) => Partial<RunStore>;
export type ObservedStore = RunStore;

export interface ObservedStoreOptions {
  readonly store: SqliteStore;
  readonly sabotage?: Sabotage | undefined;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** A task may be completed from now on. */
  readonly onCompletes: (runId: string, ordinal: number) => void;
  readonly historyOf: (runId: string) => RunHistory | undefined;
}

/**
 * The store as all processes find it: broken on purpose where it is to be, and told of to the runs' histories. With a claim lag it
 * takes claims of a run that was stopped so many seconds ago.
 */
export function observeStore({ store, sabotage, blobs, clock, onCompletes, historyOf }: ObservedStoreOptions): RunStore {
  const inner = sabotage === undefined ? store : withMethods(store, sabotage(store));
  return withMethods(inner, {
    claimTask: async (runId, task, attempt, at) => {
      const isLate = store.claimLagSec > 0 && (historyOf(runId)?.sinceStopMs(clock.now()) ?? 0) > store.claimLagSec * 1000;
      return !isLate && inner.claimTask(runId, task, attempt, at);
    },
    completeTask: (runId, task, ...rest) => {
      onCompletes(runId, task.ordinal);
      return inner.completeTask(runId, task, ...rest);
    },
    reopenRun: async (ref, from, order, at) => {
      const reopened = await inner.reopenRun(ref, from, order, at);
      const { runId } = readRef(ref);
      if (reopened && historyOf(runId) !== undefined) {
        const { plan } = await readKeptPlan(blobs, runId, order.plan_folder);
        historyOf(runId)?.reopened(order, historyOf(runId)!.planCalled(plan.goal_id ?? undefined));
      }
      return reopened;
    },
    resetTasks: async (ref, resets, forgive, at) => {
      const reset = await inner.resetTasks(ref, resets, forgive, at);
      // should its execution never be planned, the task is one that was never touched
      if (reset) for (const { task, removed } of resets) if (removed === true) historyOf(readRef(ref).runId)?.forget(task.id);
      return reset;
    },
    addExpansion: async (ref, expansion) => {
      const added = await inner.addExpansion(ref, expansion);
      const { runId, execution } = readRef(ref);
      if (added !== undefined && historyOf(runId) !== undefined) {
        const expansions = (await store.listExpansions(runId)).filter((each) => each.execution === execution);
        historyOf(runId)?.grown(withItems((await store.getSpec(ref))!, expansions));
      }
      return added;
    },
    createRun: async (run, spec) => {
      const accepted = await inner.createRun(run, spec);
      if (accepted.created && spec !== undefined) historyOf(run.run_id)?.planned(spec);
      return accepted;
    },
    planRun: async (ref, plan, spec) => {
      const planned = await inner.planRun(ref, plan, spec);
      if (planned) historyOf(readRef(ref).runId)?.planned(spec);
      return planned;
    },
  });
}

function withMethods<T extends RunStore>(store: T, methods: Partial<RunStore>): RunStore {
  return new Proxy(store, {
    get(target, name: keyof RunStore) {
      const own = methods[name];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as RunStore;
}
