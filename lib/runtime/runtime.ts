import { type ExecutionRef, type RunExecution, readRef } from '../model/execution-ref.ts';
import type { RunSpec } from '../model/task-record.ts';
import { type ChildRunSteps, childRunsWhenAsked } from './child-run-steps.ts';
import { type ConditionEvaluator, loadedWhenAsked } from './conditions.ts';
import { RunStoppedError } from './errors.ts';
import { ItemLists } from './item-lists.ts';
import type { Clock } from './ports/clock.ts';
import type { Dispatcher } from './ports/executors.ts';
import type { RunStore } from './ports/run-store.ts';
import type { StartQueue } from './ports/start-queue.ts';
import type { WorkflowEngine } from './ports/workflow-engine.ts';
import { RunningAttempts } from './running-attempts.ts';
import { SpecCache } from './spec-cache.ts';

/** What the handlers of states work with. */
export interface Runtime {
  readonly store: RunStore;
  readonly engine: WorkflowEngine;
  readonly dispatch: Dispatcher;
  readonly clock: Clock;
  /** For child runs. Default: one that takes none. */
  readonly queue: StartQueue;
  /** Ids that nobody can guess. */
  readonly makeId: () => string;
  readonly specs: SpecCache;
  readonly lists: ItemLists;
  readonly attempts: RunningAttempts;
  readonly evaluateCondition: ConditionEvaluator;
  readonly childRuns: ChildRunSteps;
}

type Defaulted = 'makeId' | 'evaluateCondition' | 'queue' | 'childRuns';
export type RuntimePorts = Omit<Runtime, 'specs' | 'lists' | 'attempts' | Defaulted> & Partial<Pick<Runtime, Defaulted>>;

export function makeRuntime(ports: RuntimePorts): Runtime {
  return {
    makeId: () => crypto.randomUUID(),
    evaluateCondition: loadedWhenAsked,
    queue: { send: startsNothing },
    childRuns: childRunsWhenAsked,
    ...ports,
    specs: new SpecCache(ports.store),
    lists: new ItemLists(ports.store),
    attempts: new RunningAttempts(ports),
  };
}

async function startsNothing(runId: string): Promise<never> {
  throw new TypeError(`this process starts no child runs: run ${runId}`);
}

/** An execution of a run with its spec, which most steps need side by side. */
export interface RunScope extends RunExecution {
  readonly ref: ExecutionRef;
  readonly spec: RunSpec;
}

/**
 * undefined where the run is in another execution by now, or not there.
 *
 * @param ordinal a task that is there, where no others have to be known that a foreach may have come to
 */
export async function findScope({ specs }: Pick<Runtime, 'specs'>, ref: ExecutionRef, ordinal?: number): Promise<RunScope | undefined> {
  const spec = await specs.find(ref, ordinal);
  return spec && { ...readRef(ref), ref, spec };
}

/** @throws RunStoppedError where the run is in another execution by now, or not there */
export async function scopeOf(runtime: Pick<Runtime, 'specs'>, ref: ExecutionRef, ordinal?: number): Promise<RunScope> {
  const scope = await findScope(runtime, ref, ordinal);
  if (scope === undefined) throw new RunStoppedError(`there is no execution ${ref} of a run any more`);
  return scope;
}

/** The same scope, with a task that is there. */
export async function scopeWith(runtime: Pick<Runtime, 'specs'>, scope: RunScope, ordinal: number): Promise<RunScope> {
  return ordinal < scope.spec.tasks.length ? scope : scopeOf(runtime, scope.ref, ordinal);
}

/** The same scope, with tasks that are there: a foreach may have begun since. */
export function scopeOfTasks(
  runtime: Pick<Runtime, 'specs'>,
  scope: RunScope,
  tasks: readonly { readonly record: { readonly ordinal: number } }[],
): Promise<RunScope> {
  return scopeWith(
    runtime,
    scope,
    tasks.reduce((last, { record }) => Math.max(last, record.ordinal), 0),
  );
}

/** Now, as timestamps are stored: ISO 8601 in UTC with milliseconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
