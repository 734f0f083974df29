import { enterGate } from './gates.ts';
import type { Runtime } from './runtime.ts';

export interface AdmitTaskInput {
  readonly run_id: string;
  readonly task: number;
  readonly token: string;
}

/** Runs when a gate state is entered; the state then waits until its token is answered. */
export async function admitTask(runtime: Runtime, input: AdmitTaskInput): Promise<void> {
  const spec = await runtime.specs.get(input.run_id);
  await enterGate(runtime, { runId: input.run_id, spec }, spec.tasks[input.task]!, input.token);
}
