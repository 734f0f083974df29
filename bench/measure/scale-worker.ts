import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { type PreparedPlan, preparePlan } from '../../lib/planning/prepare-plan.ts';
import { executionName } from '../../lib/runtime/execution-name.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { startRun } from '../../lib/runtime/start-run.ts';
import { checkEvents } from '../../test/check-events.ts';
import { generatedPlan, type Shape } from './generated-plan.ts';
import { peakMemoryBytes } from './peak-memory.ts';

export interface ScaleTask {
  readonly shape: Shape;
  readonly tasks: number;
  /** `max_parallel_tasks`. */
  readonly limit: number;
  readonly step: 'compile' | 'simulate';
}

export interface ScaleResult {
  /** Of the step. */
  readonly ms: number;
  /** The same in processor time of all threads, which others on the machine leave alone. */
  readonly cpuMs: number;
  /** Of the process, the plan included. */
  readonly peakBytes: number;
  readonly machines: number;
  readonly largestMachineBytes: number;
  /** Of the execution that had the most; 0 where nothing was run. */
  readonly mostEvents: number;
}

async function measure({ shape, tasks, limit, step }: ScaleTask): Promise<ScaleResult> {
  const plan = { ...generatedPlan(shape, tasks), resource_budget: { max_parallel_tasks: limit } };
  const compiling = stopwatch();
  const prepared = preparePlan(plan);
  const compileTimes = compiling();
  const { machines } = prepared.compilation;
  const run = step === 'simulate' ? await simulate(plan, prepared, limit) : { ...compileTimes, mostEvents: 0 };
  return {
    ...run,
    peakBytes: peakMemoryBytes(),
    machines: machines.length,
    largestMachineBytes: machines.reduce((most, { definition }) => Math.max(most, Buffer.byteLength(definition)), 0),
  };
}

function stopwatch(): () => Pick<ScaleResult, 'ms' | 'cpuMs'> {
  const fromMs = performance.now();
  const from = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(from);
    return { ms: performance.now() - fromMs, cpuMs: (user + system) / 1000 };
  };
}

/** Runs it on the virtual clock. @throws where the events are not right */
async function simulate(plan: ReturnType<typeof generatedPlan>, { compilation: { spec, machines } }: PreparedPlan, limit: number) {
  const events: RunEvent[] = [];
  let mostEvents = 0;
  const clock = new VirtualClock();
  const store = new SqliteStore({ path: ':memory:', onEvent: (event) => events.push(event) });
  const engine = new LocalEngine({
    clock,
    onHistoryEvent: ({ id }) => {
      mostEvents = Math.max(mostEvents, id);
    },
  });
  const runtime = makeRuntime({ store, engine, dispatch: makeMockDispatcher(clock), clock });
  engine.attach(runtime);
  const simulating = stopwatch();
  await startRun(runtime, { run: { run_id: 'run', plan_id: 'plan', goal_id: null, context: {} }, spec, machines });
  const { status, cause } = await engine.waitForEnd(executionName('run', 1));
  const times = simulating();
  if (status !== 'SUCCEEDED') throw new Error(`the execution ended ${status}: ${cause}`);
  const { problems, counts } = checkEvents(plan as Parameters<typeof checkEvents>[0], events, limit);
  if (problems.length > 0 || counts.completed !== plan.tasks.length) throw new Error(`the events are not right: ${problems[0]}`);
  return { ...times, mostEvents };
}

process.send?.(await measure(JSON.parse(process.argv[2] ?? '') as ScaleTask));
process.disconnect?.();
