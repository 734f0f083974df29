import { LOCAL_TARGETS, preparePlan } from '../../lib/planning/prepare-plan.ts';
import { type Difference, findDifference } from './compare.ts';
import { observeOracle } from './observed.ts';
import type { Oracle } from './oracle/oracle.ts';
import { recordRun } from './recorded-run.ts';
import { contentsOf, type RunContents } from './run-contents.ts';
import type { Scenario } from './scenarios.ts';

export interface PlanRun extends Omit<Scenario, 'lacks'>, Partial<Pick<Scenario, 'lacks'>> {
  readonly maxParallelTasks?: number;
  /** Cut into machines of so many events. */
  readonly historyEvents?: number | undefined;
}

export interface PlanRunResult {
  readonly machines: number;
  readonly events: number;
  readonly contents: RunContents;
  /** What the scenario promises and this run has not. */
  readonly lacks: string | undefined;
  readonly difference: Difference | undefined;
}

const DEFINITION_BYTES = 1024 * 1024;

/** Runs a plan here, then its machines in the oracle with the answers that the functions gave here. */
export async function comparePlanRun(id: string, run: PlanRun, oracle: Oracle): Promise<PlanRunResult> {
  const { plan, hangs, maxParallelTasks, historyEvents } = run;
  const machineQuotas = historyEvents === undefined ? undefined : { definitionBytes: DEFINITION_BYTES, historyEvents };
  const prepared = preparePlan(plan, { maxParallelTasks, targets: { ...LOCAL_TARGETS, machineQuotas } });
  const { machines } = prepared.compilation;
  const definitions = Object.fromEntries(machines.map(({ name, definition }) => [name, JSON.parse(definition) as unknown]));
  const recorded = await recordRun(prepared, hangs);
  const { observed, mocks, tokens, input } = recorded;
  const contents = contentsOf(recorded);
  const result = await oracle.run({ id, machines: definitions, start: machines.at(-1)!.name, input, mocks });
  return {
    machines: machines.length,
    events: observed.executions.reduce((sum, { events }) => sum + events.length, 0),
    contents,
    lacks: run.lacks?.(contents),
    difference: findDifference(observed, observeOracle(result), { machines: definitions, earlyTokens: tokens.early }),
  };
}
