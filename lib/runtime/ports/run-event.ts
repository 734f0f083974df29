import type { RunStatus, TaskStatus } from '../../model/run.ts';
import type { TaskError } from './tasks.ts';

/** One change of a task's or the run's status. */
export interface RunEvent {
  /** Rising within the run, from 1. */
  readonly seq: number;
  readonly at: string;
  readonly run_id: string;
  readonly type: `task.${TaskStatus}` | `run.${RunStatus}`;
  readonly task_id?: string;
  readonly attempt?: number;
  readonly error?: TaskError;
}
