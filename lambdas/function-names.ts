import type { HandlerName } from '../lib/runtime/handlers.ts';

/** The functions of a deployment: a file of this folder, and a folder of the bundles, each. */
export const FUNCTION_NAMES = [
  'run-task',
  'admit-task',
  'list-items',
  'settle-task',
  'finish-run',
  'planner',
  'reconcile',
  'publish-events',
  'api',
  'housekeeping',
] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Not part of what runs plans: it is called when a deployment is deleted. */
export const CLEAN_UP = 'clean-up';

export const BUNDLE_NAMES = [...FUNCTION_NAMES, CLEAN_UP] as const;
export type BundleName = (typeof BUNDLE_NAMES)[number];

/** The functions that state machines invoke. */
export const STATE_FUNCTIONS = [
  'run-task',
  'admit-task',
  'list-items',
  'settle-task',
  'finish-run',
] as const satisfies readonly (FunctionName & HandlerName)[];
