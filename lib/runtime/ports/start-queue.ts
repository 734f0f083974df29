/** Runs that are to be started, or whose start is to be looked after. A run that is sent is received at least once. */
export interface StartQueue {
  send(runId: string, delaySec: number): Promise<void>;
}
