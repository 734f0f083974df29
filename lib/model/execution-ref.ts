/**
 * What the states of a run call it: the run's id, and from its second execution on the execution's number behind it, `id/2`. What
 * belongs to one execution (its spec, gates, places, tokens) is found by it, so that nobody who is late meddles with the next one.
 */
export type ExecutionRef = string;

export interface RunExecution {
  readonly runId: string;
  /** 1 for the run's first. */
  readonly execution: number;
}

const LATER_EXECUTION = /^(?<runId>.+)\/(?<execution>[1-9]\d*)$/s;

export function refOf({ runId, execution }: RunExecution): ExecutionRef {
  return execution === 1 ? runId : `${runId}/${execution}`;
}

export function readRef(ref: ExecutionRef): RunExecution {
  const { runId, execution } = LATER_EXECUTION.exec(ref)?.groups ?? {};
  return runId === undefined ? { runId: ref, execution: 1 } : { runId, execution: Number(execution) };
}
