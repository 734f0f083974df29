import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import { checkEvents } from './check-events.ts';
import { type RandomPlan, randomPlan } from './random-plans.ts';
import { SIMULATION_START, simulate } from './simulate.ts';

/** More with PLANS; fast-check prints the seed of a failure. */
const numRuns = Number(process.env.PLANS ?? 150);
/** What the run's machine has beyond the run's time, and a second for rounding up. */
const GRACE_MS = 31_000;

interface Budget {
  readonly max_execution_time_sec: number | null;
  readonly max_token_count: number | null;
}

const budgets: fc.Arbitrary<Budget> = fc.record({
  max_execution_time_sec: fc.option(fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constantFrom(0.001, 7.5))),
  max_token_count: fc.option(fc.integer({ min: 1, max: 300 })),
});

const tokensOf = (taskId: string): number => (taskId.length * 7 + Number(taskId.match(/\d+/)![0])) % 11;
const reporting = ({ tasks, ...plan }: RandomPlan) => ({
  ...plan,
  tasks: tasks.map(({ metadata: { mock }, ...task }) => ({
    ...task,
    metadata: { mock: { ...mock, outputs: { tokens_used: tokensOf(task.task_id) } } },
  })),
});

const timeOf = (event: RunEvent): number => Date.parse(event.at);
const countOf = (events: readonly RunEvent[], type: RunEvent['type']): number => events.filter((event) => event.type === type).length;
const tokensUsed = (events: readonly RunEvent[]): number =>
  events.reduce((sum, { type, task_id }) => sum + (type === 'task.completed' ? tokensOf(task_id!) : 0), 0);

/** The number of the event with which the tokens are used up; Infinity where they are not. */
function usedUpWith(events: readonly RunEvent[], limit: number | null): number {
  const found = limit === null ? -1 : events.findIndex((_, i) => tokensUsed(events.slice(0, i + 1)) >= limit);
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}

/** Whether a run that nothing stops goes on after its budget is used up; undefined where the order within a millisecond decides. */
function wouldGoOn(unstopped: readonly RunEvent[], deadlineMs: number, limit: number | null): boolean | undefined {
  if (unstopped.some((event) => event.task_id !== undefined && timeOf(event) >= deadlineMs)) return true;
  const last = usedUpWith(unstopped, limit);
  const started = unstopped.slice(last + 1).filter((event) => event.type === 'task.executing');
  if (started.length === 0) return false;
  return started.some((event) => timeOf(event) > timeOf(unstopped[last]!)) ? true : undefined;
}

it('any plan with a budget ends, under the right code, and starts nothing beyond it', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomPlan({ failures: true, pools: true }),
      budgets,
      fc.integer({ min: 1, max: 50 }),
      async (drawn, budget, limit) => {
        const plan = reporting(drawn);
        const { max_execution_time_sec: sec, max_token_count } = budget;
        const deadlineMs = SIMULATION_START + (sec ?? Number.POSITIVE_INFINITY) * 1000;
        const unstopped = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } });

        const { events, error } = await simulate({ ...plan, resource_budget: { ...budget, max_parallel_tasks: limit } });

        expect(checkEvents(plan, events, limit).problems).toEqual([]);
        const started = events.filter((event) => event.type === 'task.executing');
        expect(started.filter((event) => timeOf(event) >= deadlineMs)).toEqual([]);
        const usedUpMs = timeOf(events[usedUpWith(events, max_token_count)] ?? events.at(-1)!);
        expect(started.filter((event) => timeOf(event) > usedUpMs)).toEqual([]);
        expect(timeOf(events.at(-1)!)).toBeLessThanOrEqual(deadlineMs + GRACE_MS);

        const isStopped = countOf(events, 'task.cancelled') > 0;
        const goesOn = wouldGoOn(unstopped.events, deadlineMs, max_token_count);
        if (goesOn !== undefined) expect(isStopped).toBe(goesOn);
        const byTokens = max_token_count !== null && tokensUsed(events) >= max_token_count;
        const byFailure = countOf(events, 'task.failed') > 0 ? 'E5204' : undefined;
        expect(error?.code).toBe(isStopped ? (byTokens ? 'E5501' : 'E5203') : byFailure);
        expect(events.at(-1)?.error?.code).toBe(error?.code);
      },
    ),
    { numRuns },
  );
});
