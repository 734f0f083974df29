import * as z from 'zod/mini';
import '../model/english.ts';
import { type ExecutionRef, refOf } from '../model/execution-ref.ts';
import { readExecutionName } from '../runtime/execution-name.ts';

/** What is kept of an execution's cause, in characters. */
const MAX_CAUSE_LENGTH = 1_000;

const statusChange = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    name: z.string(),
    status: z.string(),
    error: z.nullish(z.string()),
    cause: z.nullish(z.string()),
  }),
});

export interface ExecutionEnd {
  readonly ref: ExecutionRef;
  readonly reason: string;
  readonly timedOut: boolean;
}

/** Of which run an execution that ended badly was which, and how it ended; undefined for one that goes on, ended well or is no run's. */
export function readExecutionEnd(event: unknown): ExecutionEnd | undefined {
  const { name, status, error, cause } = statusChange.parse(event).detail;
  const execution = readExecutionName(name);
  if (execution === undefined || !['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)) return undefined;
  const why = [error, cause?.slice(0, MAX_CAUSE_LENGTH)].filter((part) => typeof part === 'string' && part !== '').join(': ');
  const reason = `the execution ended ${status}${why === '' ? '' : ` (${why})`}`;
  return { ref: refOf(execution), reason, timedOut: status === 'TIMED_OUT' };
}
