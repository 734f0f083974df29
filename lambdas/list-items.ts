import { handleListItems } from '../lib/runtime/handlers.ts';
import { stateHandler } from './state-handler.ts';
import { stateRuntime } from './state-runtime.ts';

export const handler = stateHandler(handleListItems, stateRuntime());
