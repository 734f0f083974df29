import { enteredAt } from './gate-token.ts';
import { stateHandler } from './state-handler.ts';
import { stateRuntime } from './state-runtime.ts';

const runtime = stateRuntime();

export const handler = stateHandler('admit-task', runtime, (payload) => enteredAt(payload, runtime.clock.now()));
