import type { JsonObject } from '../../lib/model/json.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';

/** What came of a scenario. */
export interface Played {
  readonly events: readonly RunEvent[];
  readonly ends: Readonly<Record<string, string>>;
  readonly run: string;
  readonly outputs: Readonly<Record<string, JsonObject>>;
  /** How many executions of state machines there were, without those that are child runs. */
  readonly executions: number;
}
