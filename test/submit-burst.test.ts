import { expect, it } from 'vitest';
import { LocalPlatform } from '../lib/local/local-platform.ts';
import { TimedStartQueue } from '../lib/local/timed-start-queue.ts';
import { VirtualClock } from '../lib/local/virtual-clock.ts';
import { Planner } from '../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../lib/planning/prepare-plan.ts';
import { EngineThrottledError, type MachineDefinition, type WorkflowEngine } from '../lib/runtime/ports/workflow-engine.ts';
import { SIMULATION_START } from './simulate.ts';

const SUBMITS = 1_000;
const SHAPES = 20;
const BURST = 5;

/** CreateStateMachine as AWS has it: a bucket of five, one more each second. What is there already costs a call, too. */
function throttled(engine: WorkflowEngine, clock: VirtualClock) {
  const made = new Set<string>();
  let tokens = BURST;
  let filledAt = clock.now();
  const ensureMachine = async (machine: MachineDefinition): Promise<void> => {
    if (made.has(machine.name)) return engine.ensureMachine(machine); // the engine of a process knows what it has made
    tokens = Math.min(BURST, tokens + (clock.now() - filledAt) / 1000);
    filledAt = clock.now();
    if (tokens < 1) throw new EngineThrottledError('Rate exceeded');
    tokens--;
    await engine.ensureMachine(machine);
    made.add(machine.name);
  };
  const own: Partial<WorkflowEngine> = { ensureMachine };
  const wrapped = new Proxy(engine, {
    get: (target, name: keyof WorkflowEngine) => own[name] ?? (target[name] as (...args: unknown[]) => unknown).bind(target),
  });
  return { wrapped, made };
}

/** Chains of 1 to 20 tasks: each length is a definition of its own. */
const planOf = (n: number) => ({
  tasks: Array.from({ length: 1 + (n % SHAPES) }, (_, i) => ({
    task_id: `t${i}`,
    inputs: { of: n },
    dependencies: i === 0 ? [] : [{ task_id: `t${i - 1}` }],
  })),
});

it('takes a burst of 1,000 submits where machines are made one a second: none is lost, equal plans share a machine', async () => {
  const clock = new VirtualClock(SIMULATION_START, 'manual');
  const platform = new LocalPlatform({ clock });
  const { wrapped, made } = throttled(platform.engine, clock);
  const errors: unknown[] = [];
  const queue = new TimedStartQueue({ clock, start: (runId) => planner.drive(runId), onError: (_, error) => errors.push(error) });
  const ports = { runtime: { ...platform.runtime, engine: wrapped }, blobs: platform.blobs, queue };
  const planner: Planner = new Planner({ ports, targets: LOCAL_TARGETS });

  const accepted = await Promise.all(Array.from({ length: SUBMITS }, (_, n) => planner.submit({ plan: planOf(n) })));
  const waiting = accepted.filter(({ status }) => status === 'queued').length;
  await clock.runUntilIdle();

  expect(new Set(accepted.map(({ run_id }) => run_id)).size).toBe(SUBMITS);
  expect(waiting).toBeGreaterThan(SUBMITS / 2);
  const runs = await platform.store.listRuns(SUBMITS + 1);
  expect(runs.map(({ status }) => status)).toEqual(Array(SUBMITS).fill('completed'));
  expect(made.size).toBe(SHAPES);
  expect(errors).toEqual([]);
  platform.close();
});
