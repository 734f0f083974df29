import { handleAdmitTask } from '../lib/runtime/handlers.ts';
import { enteredAt } from './gate-token.ts';
import { stateHandler } from './state-handler.ts';
import { stateRuntime } from './state-runtime.ts';

const runtime = stateRuntime();

export const handler = stateHandler(handleAdmitTask, runtime, (payload) => enteredAt(payload, runtime.clock.now()));
