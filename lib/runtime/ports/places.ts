import type { ExecutionRef } from '../../model/execution-ref.ts';

/** A place in a pool: of the run (its own limit, or a pool of its plan), or of the tenant. */
export interface Place {
  readonly pool: string;
  /** The most tasks in it at once; `shared`: of all runs of the tenant, the store knows how many. */
  readonly limit: number | 'shared';
}

/** The places that a task takes, at least one, each in another pool, always in the same order. */
export type Demand = readonly Place[];

/** A task among those that wait for places. */
export interface Waiter {
  readonly ordinal: number;
  /** Within its run, lowest first. */
  readonly rank: number;
  /** Between runs, highest first. */
  readonly priority: number;
}

/** A run that waits for a place in a shared pool. */
export interface WaitingRun {
  readonly ref: ExecutionRef;
  /** The highest of its waiting tasks. */
  readonly priority: number;
}

/** Whose turn it is, as long as the shared pool has so many holders. */
export interface WaitingRuns {
  readonly held: number;
  readonly runs: readonly WaitingRun[];
}

export interface Turn {
  readonly pool: string;
  readonly held: number;
}

/** A pool that all runs of a tenant share. */
export interface SharedPool {
  readonly name: string;
  readonly limit: number;
}

export interface SharedPoolStatus extends SharedPool {
  /** Places that are taken. */
  readonly held: number;
  /** Runs that have tasks waiting. */
  readonly waiting_runs: number;
}
