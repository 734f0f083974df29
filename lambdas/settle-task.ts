import { stateHandler } from './state-handler.ts';
import { stateRuntime } from './state-runtime.ts';

export const handler = stateHandler('settle-task', stateRuntime({ leavesRuns: true }));
