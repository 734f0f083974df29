import validateAsl from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { makeDispatcher } from '../../lib/executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import type { HistoryEvent } from '../../lib/local/asl/local-step-functions.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { preparePlan } from '../../lib/prepare-plan.ts';
import { executionName } from '../../lib/runtime/execution-name.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { startRun } from '../../lib/runtime/start-run.ts';
import { SIMULATION_START } from '../simulate.ts';
import { workloadPlan } from '../workload-plan.ts';
import { loadWorkload, WORKLOADS } from '../workloads.ts';

function compileWorkload(name: string, maxParallel?: number) {
  return preparePlan(workloadPlan(loadWorkload(name), maxParallel === undefined ? {} : { maxParallel })).compilation;
}

/** What a run without failures really does, from the histories of its executions. */
async function count(compilation: ReturnType<typeof compileWorkload>) {
  const events = new Map<string, number>();
  let transitions = 0;
  let calls = 0;
  const clock = new VirtualClock(SIMULATION_START);
  const onHistoryEvent = (event: HistoryEvent): void => {
    events.set(event.executionArn, event.id);
    if (event.type.endsWith('StateEntered')) transitions++;
    if (event.type === 'TaskScheduled' && !/^part \d+$/.test(event.state ?? '')) calls++;
  };
  const engine = new LocalEngine({ clock, onHistoryEvent });
  const store = new SqliteStore({ path: ':memory:' });
  const runtime = makeRuntime({ store, engine, clock, dispatch: makeDispatcher({ mock: makeMockDispatcher(clock) }) });
  engine.attach(runtime);
  await startRun(runtime, {
    run: { run_id: 'r', plan_id: 'p', goal_id: null, context: {} },
    spec: compilation.spec,
    machines: compilation.machines,
  });
  const end = await engine.waitForEnd(executionName('r', 1));
  store.close();
  expect(end.status).toBe('SUCCEEDED');
  return { transitions, lambda_calls: calls, events: Math.max(...events.values()) };
}

describe.each(WORKLOADS)('the definition of %s', (name) => {
  it.each([undefined, 10])('is valid, and a run does what the report predicts (limit %s)', { timeout: 120_000 }, async (limit) => {
    const compilation = compileWorkload(name, limit);

    for (const { definition } of compilation.machines) {
      const { isValid, errorsText } = validateAsl(JSON.parse(definition));
      expect(isValid, errorsText('\n')).toBe(true);
      expect(Buffer.byteLength(definition)).toBeLessThan(1024 * 1024);
    }
    const { events, ...exact } = await count(compilation);
    expect(compilation.report).toMatchObject(exact);
    // a state that is told to go on before its function has returned writes one event less
    expect(compilation.report.estimated_events).toBeGreaterThanOrEqual(events);
    expect(compilation.report.estimated_events - events).toBeLessThanOrEqual(
      compilation.spec.tasks.filter((task) => task.gate !== undefined || task.callback).length,
    );
  });
});
