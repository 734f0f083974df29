import validateAsl from 'asl-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Compilation } from '../../lib/compiler/compile.ts';
import type { Structure } from '../../lib/compiler/structure/structure.ts';
import { makeDispatcher } from '../../lib/executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { RUN_POOL } from '../../lib/model/task-record.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { executionName } from '../../lib/runtime/execution-name.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { acyclic } from '../graph/arbitrary-graphs.ts';
import { type RandomPlan, randomPlan } from '../random-plans.ts';
import { SIMULATION_START } from '../simulate.ts';
import { compileResidual } from './compile-residual.ts';
import { readMachines } from './read-machines.ts';
import { checkStructure } from './structure/check-structure.ts';

const RUN = 'r';

/** A plan of random tasks, with its dependencies by ordinal. */
interface Case {
  readonly plan: RandomPlan;
  readonly dependencies: number[][];
  /** Ordinals that are not open. */
  readonly closed: ReadonlySet<number>;
}

function dependenciesOf({ tasks }: RandomPlan): number[][] {
  const ordinals = new Map(tasks.map((task, ordinal) => [task.task_id, ordinal]));
  return tasks.map((task) => task.dependencies.map(({ task_id }) => ordinals.get(task_id)!));
}

const graphPlan = acyclic.map((dependencies): RandomPlan => {
  const tasks = dependencies.map((own, ordinal) => ({
    task_id: `t${ordinal}`,
    name: `task ${ordinal}`,
    timeout_seconds: 100,
    dependencies: own.map((other) => ({ task_id: `t${other}` })),
    retry_policy: { max_retries: ordinal % 3, initial_delay_sec: 1 },
    pool: null,
    priority: ordinal % 2,
    metadata: { mock: { duration_sec: 1 + (ordinal % 5), fail_times: 0 } },
  }));
  return { tasks, pools: {} };
});
const anyPlan = fc.oneof(graphPlan, randomPlan({ failures: false, pools: true }));

/** Any tasks but one are closed. */
const anyClosed = fc.tuple(anyPlan, fc.infiniteStream(fc.boolean()), fc.nat()).map(([plan, coins, one]): Case => {
  const closed = new Set([...plan.tasks.keys()].filter(() => coins.next().value));
  closed.delete(one % plan.tasks.length);
  return { plan, dependencies: dependenciesOf(plan), closed };
});

/** Tasks are closed with all that they depend on, as completed ones are. */
const completed = fc.tuple(anyPlan, fc.array(fc.nat(), { maxLength: 6 })).map(([plan, chosen]): Case => {
  const dependencies = dependenciesOf(plan);
  const closed = new Set(chosen.map((each) => each % plan.tasks.length));
  for (const task of closed) for (const other of dependencies[task]!) closed.add(other);
  if (closed.size === plan.tasks.length) closed.clear();
  return { plan, dependencies, closed };
});

const openOf = ({ plan, closed }: Case): number[] => [...plan.tasks.keys()].filter((task) => !closed.has(task));

/** By their place among the open tasks, as whole numbers without gaps. */
function densely(node: Structure, open: readonly number[]): Structure {
  if (node.kind !== 'task') return { kind: node.kind, parts: node.parts.map((part) => densely(part, open)) };
  return { kind: 'task', task: open.indexOf(node.task), gate: node.gate.map((other) => open.indexOf(other)) };
}

/** The definitions and the records agree, and hold the order of the open tasks and no other. */
function check({ spec, machines, report }: Compilation, tested: Case): void {
  const open = openOf(tested);
  const read = readMachines(machines, (ordinal) => spec.tasks[ordinal]!.gate?.dependencies ?? []);
  const dense = open.map((task) =>
    tested.dependencies[task]!.filter((other) => !tested.closed.has(other)).map((other) => open.indexOf(other)),
  );
  checkStructure(
    dense,
    open.map((task) => 1 + (task % 3)),
    densely(read.structure!, open),
  );
  expect([...read.gated].sort()).toEqual(spec.tasks.flatMap(({ ordinal, gate }) => (gate === undefined ? [] : [ordinal])).sort());
  expect(spec.tasks.map(({ ordinal, id }) => [ordinal, id])).toEqual(tested.plan.tasks.map(({ task_id }, ordinal) => [ordinal, task_id]));
  for (const { ordinal, gate } of spec.tasks) {
    for (const other of gate?.dependencies ?? []) expect(spec.tasks[other]!.opens).toContain(ordinal);
  }
  expect(report.tasks).toBe(open.length);
}

/** Tasks that can be under way: nothing open stands before them, and there are places for all of them. */
function startedOf({ plan, dependencies, closed }: Case, limit: number): Set<number> {
  const started = new Set<number>();
  const taken = new Map<string, number>();
  for (const [task, { pool }] of plan.tasks.entries()) {
    if (closed.has(task) || started.size === limit || !dependencies[task]!.every((other) => closed.has(other))) continue;
    if (task % 3 === 0 || (pool !== null && taken.get(pool) === plan.pools[pool])) continue;
    started.add(task);
    if (pool !== null) taken.set(pool, (taken.get(pool) ?? 0) + 1);
  }
  return started;
}

/** Carries out what is left: closed tasks are completed, started ones hold a place of the run and one of their pool. */
async function carryOut(
  { spec: residual, machines }: Compilation,
  { plan, closed }: Case,
  started: ReadonlySet<number>,
): Promise<RunEvent[]> {
  // all in the run's first execution: what comes before another one is not the compiler's
  const spec = { ...residual, tasks: residual.tasks.map(({ execution: _, ...record }) => record) };
  const clock = new VirtualClock(SIMULATION_START);
  const engine = new LocalEngine({ clock });
  const store = new SqliteStore({ path: ':memory:' });
  const runtime = makeRuntime({ store, engine, clock, dispatch: makeDispatcher({ mock: makeMockDispatcher(clock) }) });
  engine.attach(runtime);
  const at = new Date(SIMULATION_START).toISOString();
  await store.createRun({ run_id: RUN, plan_id: 'p', goal_id: null, context: {}, created_at: at }, spec);
  await store.startRun(RUN, at);
  for (const ordinal of closed) {
    await store.claimTask(RUN, spec.tasks[ordinal]!, 1, at);
    await store.completeTask(RUN, spec.tasks[ordinal]!, 1, {}, at);
  }
  for (const ordinal of started) {
    const { pool } = plan.tasks[ordinal]!;
    const held = pool === null ? [RUN_POOL] : [RUN_POOL, pool];
    const demand = held.map((each) => ({ pool: each, limit: spec.pools[each]! }));
    expect(await store.takePlaces(RUN, ordinal, demand)).toBe(true);
  }
  const before = (await store.listEvents(RUN, 0, 100_000)).length;
  for (const machine of machines) await engine.ensureMachine(machine);
  await engine.startExecution(machines.at(-1)!.name, executionName(RUN, 2), { run_id: RUN });
  const end = await engine.waitForEnd(executionName(RUN, 2));
  expect(end.status).toBe('SUCCEEDED');
  expect((await store.countTasks(RUN)).completed).toBe(plan.tasks.length);
  const events = (await store.listEvents(RUN, 0, 100_000)).slice(before);
  store.close();
  return events;
}

describe('what is left of any plan', () => {
  it.each([
    ['any tasks', anyClosed],
    ['tasks with all they depend on', completed],
  ])('is laid out once and in order, and nothing else is, when %s are closed', (_, cases) => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 50 }), fc.boolean(), (tested, limit, anyStarted) => {
        const residual = { open: new Set(openOf(tested)), started: anyStarted ? startedOf(tested, limit) : new Set<number>() };

        check(compileResidual(tested.plan, { limit, residual }), tested);
      }),
      { numRuns: 300 },
    );
  });

  it('has valid definitions', () => {
    fc.assert(
      fc.property(anyClosed, fc.integer({ min: 1, max: 50 }), (tested, limit) => {
        const { machines } = compileResidual(tested.plan, {
          limit,
          residual: { open: new Set(openOf(tested)), started: startedOf(tested, limit) },
        });

        for (const { definition } of machines) {
          const { isValid, errorsText } = validateAsl(JSON.parse(definition));
          expect(isValid, errorsText('\n')).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is all of it where nothing is done: the same machines, and records that differ in the execution alone', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 1, max: 50 }), (plan, limit) => {
        const whole = compileResidual(plan, { limit });

        const { machines, report, spec } = compileResidual(plan, { limit, residual: { open: new Set(plan.tasks.keys()), execution: 3 } });

        expect(machines).toEqual(whole.machines);
        // to be written down it takes a unit more where the records get a byte longer
        const { write_units, estimated_cost_usd, ...others } = whole.report;
        expect(report).toMatchObject(others);
        expect(report.write_units - write_units).toBeOneOf([-1, 0, 1]);
        expect(report.estimated_cost_usd).toBeCloseTo(estimated_cost_usd, 5);
        expect(spec).toEqual({ ...whole.spec, tasks: whole.spec.tasks.map((task) => ({ ...task, execution: 3 })) });
      }),
    );
  });

  it('is carried out within its limit and pools, the places counted that were held before', async () => {
    await fc.assert(
      fc.asyncProperty(completed, fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 20 })), async (tested, limit) => {
        const { plan, dependencies, closed } = tested;
        const started = startedOf(tested, limit);
        const compilation = compileResidual(plan, { limit, residual: { open: new Set(openOf(tested)), started }, targets: LOCAL_TARGETS });

        const events = await carryOut(compilation, tested, started);

        const ordinals = new Map(plan.tasks.map((task, ordinal) => [task.task_id, ordinal]));
        const running = new Set(started); // from before the execution began
        const done = new Set(closed);
        for (const { type, task_id } of events) {
          const task = ordinals.get(task_id ?? '');
          if (task === undefined) continue;
          if (type === 'task.executing') {
            expect(dependencies[task]!.filter((other) => !done.has(other))).toEqual([]);
            running.add(task);
          } else {
            expect(type).toBe('task.completed');
            running.delete(task);
            done.add(task);
          }
          expect(running.size).toBeLessThanOrEqual(limit);
          for (const [pool, size] of Object.entries(plan.pools)) {
            expect([...running].filter((each) => plan.tasks[each]!.pool === pool).length).toBeLessThanOrEqual(size);
          }
        }
        expect(done.size).toBe(plan.tasks.length);
      }),
      { numRuns: 300 },
    );
  });
});
