import type { TaskRecord } from '../model/task-record.ts';
import type { Reasons } from './end-followers.ts';
import { arriveAtGates, leavePlaces } from './gates.ts';
import type { RunScope, Runtime } from './runtime.ts';
import { settleBehind } from './settle-behind.ts';

/** A task that completes ends others only through rules: it was the last that they waited for. */
const BY_RULE: Reasons = {
  blocked: { code: 'E5204', message: 'blocked by its trigger rule: a dependency failed' },
  cancelled: { code: 'E5204', message: 'cancelled with its dependencies' },
};

/**
 * Everything that hangs on a completed task: gates that wait for it, what is decided by it, then its places. On a `repeat`, when the invocation
 * that completed the task may have died half-way, tasks it had taken places for are let in too.
 */
export async function passOn(runtime: Runtime, scope: RunScope, record: TaskRecord, repeat: boolean): Promise<void> {
  await arriveAtGates(runtime, scope, record);
  await settleBehind(runtime, scope, { record, status: 'completed' }, [], BY_RULE);
  await leavePlaces(runtime, scope, record, repeat);
}
