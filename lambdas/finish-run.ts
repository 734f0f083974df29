import { handleFinishRun } from '../lib/runtime/handlers.ts';
import { stateHandler } from './state-handler.ts';
import { stateRuntime } from './state-runtime.ts';

export const handler = stateHandler(handleFinishRun, stateRuntime({ leavesRuns: true }));
