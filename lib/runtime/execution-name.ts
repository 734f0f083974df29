import type { RunExecution } from '../model/execution-ref.ts';

/** A run may span several executions; their names tell them apart. */
export function executionName(runId: string, execution: number): string {
  return `${runId}-${execution}`;
}

/** The run's execution that has this name; undefined where it is no run's. */
export function readExecutionName(name: string): RunExecution | undefined {
  const { runId, execution } = /^(?<runId>.+)-(?<execution>[1-9]\d*)$/s.exec(name)?.groups ?? {};
  return runId === undefined ? undefined : { runId, execution: Number(execution) };
}
