import type { HandlerName } from '../lib/runtime/handlers.ts';

/** The functions of a deployment: a file of this folder, and a folder of the bundles, each. */
export const FUNCTION_NAMES = [
  'run-task',
  'admit-task',
  'settle-task',
  'finish-run',
  'planner',
  'reconcile',
  'publish-events',
  'api',
] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The functions that state machines invoke. */
export const STATE_FUNCTIONS = ['run-task', 'admit-task', 'settle-task', 'finish-run'] as const satisfies readonly (FunctionName &
  HandlerName)[];
