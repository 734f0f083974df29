/**
 * Runs that a process has left which is gone. On AWS there are none: an execution does not die with whoever has started it, and whatever
 * is queued is in a queue.
 */
export interface Orphans {
  /** Settles the run if one has left it under way. */
  settleOrphan(runId: string): Promise<void>;
  /** Takes the run over if one has left it queued. Of several processes that try, one does. */
  takeOrphan(runId: string): Promise<boolean>;
}
