import * as z from 'zod/mini';
import '../model/english.ts';
import { admitTask } from './admit-task.ts';
import { finishRun } from './finish-run.ts';
import { listItems } from './list-items.ts';
import { runTask } from './run-task.ts';
import type { Runtime } from './runtime.ts';
import { settleTask } from './settle-task.ts';

const runId = z.string().check(z.minLength(1));
const task = z.int().check(z.nonnegative());
const failure = z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) });
const attempt = z.object({ run_id: runId, task, token: z.optional(z.string().check(z.minLength(1))) });
const admission = z.object({ run_id: runId, task, token: z.string().check(z.minLength(1)) });
const listing = z.object({ run_id: runId, task });
const settlement = z.object({ run_id: runId, task, error: failure });
const ending = z.object({ run_id: runId });

export const handleRunTask = handler(attempt, runTask);
export const handleAdmitTask = handler(admission, admitTask);
export const handleListItems = handler(listing, listItems);
export const handleSettleTask = handler(settlement, settleTask);
export const handleFinishRun = handler(ending, finishRun);

/** One handler for each function that the compiled states invoke, by the function's default name; each checks its payload. */
export const HANDLERS = {
  'run-task': handleRunTask,
  'admit-task': handleAdmitTask,
  'list-items': handleListItems,
  'settle-task': handleSettleTask,
  'finish-run': handleFinishRun,
} as const;

export type HandlerName = keyof typeof HANDLERS;
/** What it answers is the result of the state. */
export type Handler = (runtime: Runtime, payload: unknown) => Promise<object>;

/**
 * Without side effects, so that a bundle leaves out the handlers that its function does not have.
 *
 * @__NO_SIDE_EFFECTS__
 */
function handler<T>(schema: z.ZodMiniType<T>, handle: (runtime: Runtime, input: T) => Promise<unknown>): Handler {
  return async (runtime, payload) => ((await handle(runtime, schema.parse(payload))) ?? {}) as object;
}

export function isHandlerName(name: string): name is HandlerName {
  return Object.hasOwn(HANDLERS, name);
}
