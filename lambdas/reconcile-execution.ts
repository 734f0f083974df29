import { readExecutionEnd } from '../lib/aws/execution-end.ts';
import type { Runtime } from '../lib/runtime/runtime.ts';
import { settleRun } from '../lib/runtime/settle-run.ts';

/** Takes a status change of an execution: a run whose execution died without finish-run is settled. Safe to repeat. */
export async function reconcile(runtime: Runtime, event: unknown): Promise<void> {
  const end = readExecutionEnd(event);
  if (end !== undefined) await settleRun(runtime, end.ref, end);
}
