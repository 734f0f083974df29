/** A run and when it ended. */
export interface EndedRun {
  readonly run_id: string;
  readonly completed_at: string;
}

/** What a store says of runs that have ended, so that old ones can be removed. */
export interface EndedRuns {
  /** Runs of all tenants that ended before an instant, the earliest first. */
  listEnded(before: string, limit: number): Promise<EndedRun[]>;
  /**
   * Removes all of a run that ended just then: it is not found any more, and its idempotency key is free; the statistics keep what it
   * added. Leaves a run that goes on. Not one step: it may be repeated, and is listed until all is gone.
   */
  removeRun(ended: EndedRun): Promise<void>;
}
