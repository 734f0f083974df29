import type { RunSpec } from '../model/task-record.ts';
import type { Clock } from './clock.ts';
import { type ConditionEvaluator, loadedWhenAsked } from './conditions.ts';
import type { Dispatcher, RunStore, WorkflowEngine } from './ports.ts';
import { SpecCache } from './spec-cache.ts';

/** What the handlers of states work with. */
export interface Runtime {
  readonly store: RunStore;
  readonly engine: WorkflowEngine;
  readonly dispatch: Dispatcher;
  readonly clock: Clock;
  /** Ids that nobody can guess. */
  readonly makeId: () => string;
  readonly specs: SpecCache;
  readonly evaluateCondition: ConditionEvaluator;
}

export type RuntimePorts = Omit<Runtime, 'specs' | 'makeId' | 'evaluateCondition'> & Partial<Pick<Runtime, 'makeId' | 'evaluateCondition'>>;

export function makeRuntime(ports: RuntimePorts): Runtime {
  return {
    makeId: () => crypto.randomUUID(),
    evaluateCondition: loadedWhenAsked,
    ...ports,
    specs: new SpecCache((runId) => ports.store.getSpec(runId)),
  };
}

/** A run's spec together with the id it was asked for, which most steps need side by side. */
export interface RunScope {
  readonly runId: string;
  readonly spec: RunSpec;
}

/** Now, as timestamps are stored: ISO 8601 in UTC with milliseconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
