import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../lib/runtime/ports/run-event.ts';
import { checkEvents } from './check-events.ts';
import { type DecidingPlan, randomDecidingPlan } from './random-deciding-plans.ts';
import { type Fate, referenceFates } from './reference/flat-model.ts';
import { simulate } from './simulate.ts';

/** More with PLANS; fast-check prints the seed of a failure. */
const numRuns = Number(process.env.PLANS ?? 60);
/** The clock counts fractions of a millisecond, events do not. */
const TOLERATED_MS = 2;

/** Final status and first start of each task, as recorded. */
function recordedFates(events: readonly RunEvent[]): Map<string, Fate> {
  const startMs = Date.parse(events[0]!.at);
  const fates = new Map<string, Fate>();
  for (const { task_id: id, type, at } of events) {
    if (id === undefined) continue;
    const atMs = Date.parse(at) - startMs;
    const earlier = fates.get(id);
    const started = type === 'task.executing' ? (earlier?.startMs ?? atMs) : earlier?.startMs;
    fates.set(id, { status: type.slice('task.'.length), startMs: started, endMs: atMs });
  }
  return fates;
}

/** What is other than the model says; `times`: also when tasks start and end. */
function differences(
  plan: DecidingPlan,
  expected: ReadonlyMap<string, Fate>,
  events: readonly RunEvent[],
  { times }: { times: boolean },
): string[] {
  const recorded = recordedFates(events);
  const isOff = (a: number | undefined, b: number | undefined): boolean =>
    (a === undefined) !== (b === undefined) || Math.abs((a ?? 0) - (b ?? 0)) > TOLERATED_MS;
  return plan.tasks.flatMap(({ task_id: id }) => {
    const [want, got] = [expected.get(id)!, recorded.get(id)];
    const differs = want.status !== got?.status || (times && (isOff(want.startMs, got.startMs) || isOff(want.endMs, got.endMs)));
    return differs ? [`${id}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`] : [];
  });
}

const context = { n: -1 } as unknown as Record<string, never>;

describe('any plan that decides', () => {
  it('goes as the reference model says, each task to the millisecond, when nothing limits it', async () => {
    await fc.assert(
      fc.asyncProperty(randomDecidingPlan(), async (plan) => {
        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: 10_000 } }, { context });

        expect(differences(plan, referenceFates(plan).fates, events, { times: true })).toEqual([]);
        expect(checkEvents(plan, events, 10_000).problems).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('comes to the same within any limit and pools, and keeps them', async () => {
    await fc.assert(
      fc.asyncProperty(randomDecidingPlan({ pools: true }), fc.integer({ min: 1, max: 50 }), async (plan, limit) => {
        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } }, { context });

        expect(differences(plan, referenceFates(plan).fates, events, { times: false })).toEqual([]);
        expect(checkEvents(plan, events, limit).problems).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('with fail_fast goes as the reference model says', async () => {
    await fc.assert(
      fc.asyncProperty(randomDecidingPlan({ onFailure: 'fail_fast' }), async (plan) => {
        const { fates, tied } = referenceFates(plan);
        fc.pre(!tied);

        const { events } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: 10_000 } }, { context });

        expect(differences(plan, fates, events, { times: true })).toEqual([]);
        expect(checkEvents(plan, events, 10_000).problems).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('with fail_fast keeps its limit and pools, and starts nothing after the first failure', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomDecidingPlan({ pools: true, onFailure: 'fail_fast' }),
        fc.integer({ min: 1, max: 50 }),
        async (plan, limit) => {
          const { events, error } = await simulate({ ...plan, resource_budget: { max_parallel_tasks: limit } }, { context });

          const { problems, counts } = checkEvents(plan, events, limit);
          expect(problems).toEqual([]);
          expect(error?.code).toBe(counts.failed === undefined ? undefined : 'E5204');
        },
      ),
      { numRuns },
    );
  });
});
