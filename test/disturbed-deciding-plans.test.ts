import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refOf } from '../lib/model/execution-ref.ts';
import { isFinalRun } from '../lib/model/run.ts';
import { controlStateOf } from '../lib/runtime/control-table.ts';
import { stopExecution } from '../lib/runtime/stop-execution.ts';
import { makeApi } from './api/make-api.ts';
import { type DecidingPlan, type DecidingTask, randomDecidingPlan } from './random-deciding-plans.ts';
import { referenceFates } from './reference/flat-model.ts';

/*
 * Plans with rules, conditions and fail_fast that are paused, stopped from outside, cancelled and taken up again: what becomes of their tasks is
 * what the reference model says of an undisturbed run, wherever that does not depend on when things happen.
 */

/** More with PLANS; fast-check prints the seed of a failure. */
const numRuns = Number(process.env.PLANS ?? 60);

const DISTURBANCES = ['pause', 'pause', 'interrupt', 'interrupt', 'cancel'] as const;

interface Disturbance {
  readonly afterMs: number;
  readonly kind: (typeof DISTURBANCES)[number];
  /** `retry` where a resume would do as well. */
  readonly retries: boolean;
}

interface Ended {
  readonly statuses: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly run: { readonly status: string; readonly error: { readonly code: string } | null };
  readonly disturbed: number;
  /** Tasks that completed more than once. */
  readonly repeated: readonly string[];
}

const disturbances: fc.Arbitrary<Disturbance[]> = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 30_000 }), kind: fc.constantFrom(...DISTURBANCES), retries: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

/** A task fails for good or not at all: how many retries are left is another matter. */
function certain(plan: DecidingPlan): DecidingPlan {
  const certainly = (task: DecidingTask): DecidingTask => {
    const { mock } = task.metadata;
    const fails = mock.fail_times > task.retry_policy.max_retries;
    return fails ? { ...task, metadata: { mock: { ...mock, fail_times: -1 } } } : task;
  };
  return { ...plan, tasks: plan.tasks.map(certainly) };
}

async function playDisturbed(plan: object, disturbed: readonly Disturbance[]): Promise<Ended> {
  const { platform, planner, clock, errors, call } = makeApi();
  const { store, runtime } = platform;
  const { run_id: runId } = await planner.submit({ plan: { plan_id: 'p', ...plan }, context: { n: -1 } });
  const run = async () => (await store.getRun(runId))!;
  const control = async (name: string): Promise<void> => {
    const { status, body } = await call('POST', `/runs/${runId}/${name}`);
    if (status !== 202) throw new Error(`${name}: ${JSON.stringify(body)}`);
  };
  let count = 0;
  for (const { afterMs, kind, retries } of disturbed) {
    await clock.advanceBy(afterMs);
    if (isFinalRun((await run()).status)) break;
    count++;
    if (kind === 'interrupt') await stopExecution(runtime, (await store.getControl(runId))!);
    else await control(kind);
    for (let looks = 0; !['paused', 'failed', 'completed', 'cancelled'].includes((await run()).status); looks++) {
      if (looks > 500) throw new Error(`it stays ${(await run()).status} after ${kind}`);
      await clock.advanceBy(1000);
    }
    const state = controlStateOf((await store.getControl(runId))!);
    if (state === 'completed' || state === 'failed') break;
    await control(retries || state === 'cancelled' ? 'retry' : 'resume');
  }
  for (let looks = 0; !isFinalRun((await run()).status); looks++) {
    if (looks > 500) throw new Error(`it does not end: ${JSON.stringify(await store.listProgress(runId))}`);
    await clock.advanceBy(10_000);
  }
  const { planned } = (await store.getControl(runId))!;
  const { tasks: records } = (await store.getSpec(refOf({ runId, execution: planned })))!;
  const items = await store.listTasks(runId);
  const completions = (await store.listEvents(runId, 0, 100_000))
    .filter(({ type }) => type === 'task.completed')
    .map((event) => event.task_id!);
  const ended: Ended = {
    statuses: Object.fromEntries(items.map(({ ordinal, status }) => [records[ordinal]!.id, status])),
    outputs: Object.fromEntries(items.map(({ ordinal, outputs }) => [records[ordinal]!.id, outputs])),
    run: await run(),
    disturbed: count,
    repeated: completions.filter((id, i) => completions.indexOf(id) < i),
  };
  expect(errors).toEqual([]);
  expect((await run()).totals).toEqual(await store.countTasks(runId));
  platform.close();
  return ended;
}

/** What can be said of how a fail_fast run ended without knowing when what happened. */
function problemsOf(plan: DecidingPlan, { statuses, run }: Ended): string[] {
  const problems: string[] = [];
  const failed = Object.values(statuses).includes('failed');
  for (const { task_id: id, trigger_rule: rule, dependencies } of plan.tasks) {
    const before = dependencies.map(({ task_id }) => statuses[task_id]!);
    const bad = before.filter((status) => status === 'failed' || status === 'blocked');
    const status = statuses[id]!;
    const ran = status === 'completed' || status === 'failed';
    const good = rule === 'none_failed' ? ['completed', 'skipped'] : ['completed'];
    const all = before.every((each) => good.includes(each));
    const mayRun = {
      all_success: all,
      none_failed: all,
      all_done: true,
      one_success: before.includes('completed'),
      one_failed: bad.length > 0,
    }[rule];
    if (ran && mayRun !== true) problems.push(`${id} (${rule}) is ${status} behind ${before}`);
    if (status === 'blocked' && bad.length === 0) problems.push(`${id} (${rule}) is blocked behind ${before}`);
    if (status === 'cancelled' && !failed) problems.push(`${id} is cancelled although none failed`);
    if (status === 'cancelled' && (rule === 'all_done' || rule === 'one_failed')) problems.push(`${id} (${rule}) is cancelled`);
    if (rule === 'one_failed' && bad.length > 0 && !ran && status !== 'skipped') problems.push(`${id} is ${status} behind ${before}`);
    if (status === 'pending' || status === undefined) problems.push(`${id} is ${status}`);
  }
  if (run.status !== (failed ? 'failed' : 'completed')) problems.push(`the run is ${run.status}`);
  if (failed && run.error?.code !== 'E5204') problems.push(`the run has failed with ${JSON.stringify(run.error)}`);
  return problems;
}

const limited = fc.integer({ min: 1, max: 20 });

describe('a plan that decides, disturbed and taken up again', () => {
  it('ends like an undisturbed run', { timeout: 300_000 }, async () => {
    let disturbed = 0;
    await fc.assert(
      fc.asyncProperty(randomDecidingPlan({ pools: true }), disturbances, limited, async (drawn, what, max_parallel_tasks) => {
        const plan = certain(drawn);

        const ended = await playDisturbed({ ...plan, resource_budget: { max_parallel_tasks } }, what);

        const { fates } = referenceFates(plan);
        disturbed += ended.disturbed;
        expect(ended.statuses).toEqual(Object.fromEntries([...fates].map(([id, { status }]) => [id, status])));
        for (const [id, { n }] of fates) expect(ended.outputs[id]).toEqual(n === undefined ? null : { n });
        expect(ended.repeated).toEqual([]);
      }),
      { numRuns },
    );
    expect(disturbed).toBeGreaterThan(numRuns / 2);
  });

  it('with fail_fast starts nothing more after a failure but what is there for it', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        randomDecidingPlan({ pools: true, onFailure: 'fail_fast' }),
        disturbances,
        limited,
        async (drawn, what, max_parallel_tasks) => {
          const plan = certain(drawn);

          const ended = await playDisturbed({ ...plan, resource_budget: { max_parallel_tasks } }, what);

          expect(problemsOf(plan, ended)).toEqual([]);
          expect(ended.repeated).toEqual([]);
        },
      ),
      { numRuns },
    );
  });
});
