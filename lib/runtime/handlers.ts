import { z } from 'zod';
import { admitTask } from './admit-task.ts';
import { finishRun } from './finish-run.ts';
import { listItems } from './list-items.ts';
import { runTask } from './run-task.ts';
import type { Runtime } from './runtime.ts';
import { settleTask } from './settle-task.ts';

const runId = z.string().min(1);
const task = z.int().nonnegative();
const failure = z.object({ Error: z.string().optional(), Cause: z.string().optional() });

/** One handler for each function that the compiled states invoke, by the function's default name; each checks its payload. */
export const HANDLERS = {
  'run-task': handler(z.object({ run_id: runId, task, token: z.string().min(1).optional() }), runTask),
  'admit-task': handler(z.object({ run_id: runId, task, token: z.string().min(1) }), admitTask),
  'list-items': handler(z.object({ run_id: runId, task }), listItems),
  'settle-task': handler(z.object({ run_id: runId, task, error: failure }), settleTask),
  'finish-run': handler(z.object({ run_id: runId }), finishRun),
} as const;

export type HandlerName = keyof typeof HANDLERS;
/** What it answers is the result of the state. */
export type Handler = (runtime: Runtime, payload: unknown) => Promise<object>;

function handler<T>(schema: z.ZodType<T>, handle: (runtime: Runtime, input: T) => Promise<object | void>): Handler {
  return async (runtime, payload) => (await handle(runtime, schema.parse(payload))) ?? {};
}

export function isHandlerName(name: string): name is HandlerName {
  return Object.hasOwn(HANDLERS, name);
}
