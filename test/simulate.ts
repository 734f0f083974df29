import { VirtualClock } from '../lib/local/virtual-clock.ts';
import type { PlanningError } from '../lib/model/errors.ts';
import { TaskOrchestrator, type TaskOrchestratorOptions } from '../lib/orchestrator.ts';
import type { PlanResult } from '../lib/results/plan-result.ts';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';

export interface Simulation {
  readonly events: RunEvent[];
  readonly result?: PlanResult;
  readonly error?: PlanningError;
}

export const SIMULATION_START = Date.UTC(2026, 0, 1);

/** Runs a plan on a virtual clock. */
export async function simulate(
  plan: unknown,
  options: TaskOrchestratorOptions & { context?: Record<string, never> } = {},
): Promise<Simulation> {
  const events: RunEvent[] = [];
  const orchestrator = new TaskOrchestrator({
    clock: new VirtualClock(SIMULATION_START),
    onEvent: (event) => events.push(event),
    ...options,
  });
  try {
    return { events, result: await orchestrator.executePlan(plan, options.context) };
  } catch (error) {
    return { events, error: error as PlanningError };
  } finally {
    orchestrator.close();
  }
}
