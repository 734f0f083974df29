import { afterEach, beforeEach, describe } from 'vitest';
import type { EndedRuns } from '../../lib/runtime/ports/ended-runs.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import { describeCallbacks } from './callbacks.contract.ts';
import { describeChildRuns } from './child-runs.contract.ts';
import { describeEndedRuns } from './ended-runs.contract.ts';
import { describeEvents } from './events.contract.ts';
import { describeExecutions } from './executions.contract.ts';
import { describeExpansions } from './expansions.contract.ts';
import { describeGates } from './gates.contract.ts';
import { describeIdempotency } from './idempotency.contract.ts';
import { describePlaces } from './places.contract.ts';
import { describePlannedRuns } from './planned-runs.contract.ts';
import { describeResets } from './resets.contract.ts';
import { describeRunMoves } from './run-moves.contract.ts';
import { describeRuns } from './runs.contract.ts';
import { describeSharedPools } from './shared-pools.contract.ts';
import { describeStatistics } from './statistics.contract.ts';
import { describeStoredPlans } from './stored-plans.contract.ts';
import { describeTaskEnds } from './task-ends.contract.ts';
import { describeTaskReads } from './task-reads.contract.ts';
import { describeTasks } from './tasks.contract.ts';
import { describeUsage } from './usage.contract.ts';

/** An empty store and how to be rid of it. */
export interface Subject {
  readonly store: RunStore & EndedRuns;
  close(): Promise<void> | void;
}

/** What every RunStore does: the same tests for each. */
export function describeRunStore(name: string, makeStore: () => Promise<Subject> | Subject): void {
  describe(`RunStore: ${name}`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await makeStore();
    });
    afterEach(async () => {
      await subject.close();
    });
    const store = (): Subject['store'] => subject.store;

    describeRuns(store);
    describePlannedRuns(store);
    describeRunMoves(store);
    describeIdempotency(store);
    describeStatistics(store);
    describeTasks(store);
    describeTaskEnds(store);
    describeTaskReads(store);
    describeResets(store);
    describeUsage(store);
    describeCallbacks(store);
    describeGates(store);
    describeExecutions(store);
    describeExpansions(store);
    describeSharedPools(store);
    describePlaces(store);
    describeEvents(store);
    describeEndedRuns(store);
    describeChildRuns(store);
    describeStoredPlans(store);
  });
}

/** One store made of several over the same data: every call goes to the next of them. */
export function alternating<S extends RunStore>(stores: readonly S[]): S {
  let turn = 0;
  return new Proxy(stores[0]!, {
    get: (_, method) => {
      const next = stores[turn++ % stores.length]!;
      const value: unknown = Reflect.get(next, method, next);
      return typeof value === 'function' ? value.bind(next) : value;
    },
  });
}
