import type { HistoryEventType } from './history.ts';
import type { PreparedScope, PreparedState } from './prepared.ts';
import { StateVisit } from './state-visit.ts';
import type { Thread } from './thread.ts';

/** Takes the thread through the states of a scope, from the first to one that ends it. */
export async function runScope(scope: PreparedScope, thread: Thread, input: unknown): Promise<unknown> {
  let value = input;
  for (let name: string | undefined = scope.startAt; name !== undefined; ) {
    const state = scope.states.get(name) as PreparedState;
    thread.record(`${state.type}StateEntered`, { state: state.name, input: value });
    thread.execution.transitions++;
    const visit = new StateVisit(thread, state, value);
    thread.current = visit;
    name = await state.run(visit);
    value = visit.output;
    thread.record(`${state.type}StateExited` as HistoryEventType, { state: state.name, output: value });
    thread.current = undefined;
  }
  return value;
}
