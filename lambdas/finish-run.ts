import { stateHandler } from './state-handler.ts';
import { stateRuntime } from './state-runtime.ts';

export const handler = stateHandler('finish-run', stateRuntime({ leavesRuns: true }));
