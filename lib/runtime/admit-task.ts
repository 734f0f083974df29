import type { ExecutionRef } from '../model/execution-ref.ts';
import { enterGate } from './gates.ts';
import { type Runtime, scopeOf } from './runtime.ts';

export interface AdmitTaskInput {
  readonly run_id: ExecutionRef;
  readonly task: number;
  readonly token: string;
}

/** Runs when a gate state is entered; the state then waits until its token is answered. */
export async function admitTask(runtime: Runtime, input: AdmitTaskInput): Promise<void> {
  const scope = await scopeOf(runtime, input.run_id, input.task);
  await enterGate(runtime, scope, scope.spec.tasks[input.task]!, input.token);
}
