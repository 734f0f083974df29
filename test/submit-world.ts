import { MemoryBlobStore } from '../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../lib/local/virtual-clock.ts';
import type { JsonObject } from '../lib/model/json.ts';
import type { Problem } from '../lib/model/problem.ts';
import type { RunStatus } from '../lib/model/run.ts';
import { Planner } from '../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../lib/planning/prepare-plan.ts';
import type { StartQueue } from '../lib/runtime/ports/start-queue.ts';
import { EngineThrottledError, type MachineDefinition, type WorkflowEngine } from '../lib/runtime/ports/workflow-engine.ts';
import { readProblems } from '../lib/runtime/queued-plan.ts';
import { makeRuntime } from '../lib/runtime/runtime.ts';
import { type SubmitPorts, submitRun } from '../lib/runtime/start-run.ts';
import { newRun, runSpec } from './contract/factories.ts';
import { type Death, MortalProcess, ProcessDiedError } from './mortal-process.ts';
import { SIMULATION_START } from './simulate.ts';

const MACHINES: readonly MachineDefinition[] = [
  { name: 'part', definition: '{"part":true}' },
  { name: 'whole', definition: '{"whole":true}' },
];

interface Execution {
  readonly name: string;
  readonly machine: string;
  readonly input: JsonObject;
  /** Of its run, at its start. */
  readonly runStatus: RunStatus | undefined;
}

/** Machines and executions as Step Functions keeps them: one of each name. */
class Engine implements Pick<WorkflowEngine, 'ensureMachine' | 'startExecution'> {
  readonly executions: Execution[] = [];
  /** Names of machines, in the order in which they were asked for. */
  readonly asked: string[] = [];
  readonly #machines = new Map<string, string>();
  readonly #store: SqliteStore;
  /** So many machines are refused first. */
  #throttled: number;
  /** A process makes so many machines; then the next must go on. */
  readonly #pace: number;
  #made = 0;

  constructor(store: SqliteStore, throttled: number, pace: number) {
    this.#store = store;
    this.#throttled = throttled;
    this.#pace = pace;
  }

  /** Some time goes by. */
  rest(): void {
    this.#made = 0;
  }

  async ensureMachine({ name, definition }: MachineDefinition): Promise<void> {
    this.asked.push(name);
    if (this.#throttled > 0) {
      this.#throttled--;
      throw new EngineThrottledError('one machine a second');
    }
    if (this.#made++ >= this.#pace) throw new EngineThrottledError('one machine a second');
    this.#machines.set(name, definition);
  }

  async startExecution(machine: string, name: string, input: JsonObject): Promise<void> {
    const needed = machine === 'whole' ? MACHINES.map(({ name: each }) => each) : [machine];
    if (needed.some((each) => !this.#machines.has(each))) throw new Error('a machine is missing');
    if (this.executions.some((execution) => execution.name === name)) return;
    const run = await this.#store.getRun(String(input.run_id));
    this.executions.push({ name, machine, input, runStatus: run?.status });
  }
}

class Queue implements StartQueue {
  readonly messages: { readonly runId: string; readonly delaySec: number }[] = [];

  async send(runId: string, delaySec: number): Promise<void> {
    this.messages.push({ runId, delaySec });
  }
}

export interface SubmitParts {
  readonly death?: Death | undefined;
  readonly idempotencyKey?: string;
}

/** What lasts when processes die: store, blobs, queue and engine. Every submit and every delivery is a process of its own. */
export class SubmitWorld {
  readonly store = new SqliteStore({ path: ':memory:' });
  readonly queue = new Queue();
  readonly engine: Engine;
  /** How many calls the latest process made. */
  calls = 0;
  readonly #blobs = new MemoryBlobStore();

  constructor({ throttled = 0, pace = Number.POSITIVE_INFINITY } = {}) {
    this.engine = new Engine(this.store, throttled, pace);
  }

  /** @returns whether the caller was told that the run is accepted; false where the process died */
  async submit(
    runId: string,
    { death, idempotencyKey, machines = MACHINES }: SubmitParts & { machines?: readonly MachineDefinition[] } = {},
  ): Promise<boolean> {
    const run = { ...newRun(runId), idempotency_key: idempotencyKey };
    return this.#process(death, (ports) => submitRun(ports, { run, spec: runSpec(3), machines }));
  }

  /** The same for a plan that is compiled from the queue. */
  async submitUnread(runId: string, plan: unknown, { death, idempotencyKey }: SubmitParts = {}): Promise<boolean> {
    const bytes = Buffer.from(JSON.stringify(plan));
    return this.#process(death, (ports) => plannerOf(ports).submitUnread(bytes, { runId, idempotencyKey }));
  }

  /** @returns whether the message is off the queue; false where the process died, or the run must be tried later */
  async deliver(runId: string, death?: Death): Promise<boolean> {
    return this.#process(death, (ports) => plannerOf(ports).drive(runId));
  }

  problemsOf(runId: string): Promise<readonly Problem[]> {
    return readProblems(this.#blobs, runId);
  }

  /** Delivers every message until it is off the queue, and once more. */
  async deliverAll(): Promise<void> {
    for (const { runId } of this.queue.messages) {
      while (!(await this.deliver(runId)));
      await this.deliver(runId);
    }
  }

  async #process(death: Death | undefined, work: (ports: SubmitPorts) => Promise<unknown>): Promise<boolean> {
    const process = new MortalProcess(death);
    this.engine.rest();
    try {
      await work(this.#portsOf(process));
      return true;
    } catch (error) {
      if (error instanceof ProcessDiedError || error instanceof EngineThrottledError) return false;
      throw error;
    } finally {
      this.calls = process.calls;
    }
  }

  #portsOf(process: MortalProcess): SubmitPorts {
    const runtime = makeRuntime({
      store: process.hold(this.store),
      engine: process.hold(this.engine as Engine & WorkflowEngine),
      dispatch: async () => ({}),
      clock: new VirtualClock(SIMULATION_START, 'manual'),
    });
    return { runtime, blobs: process.hold(this.#blobs), queue: process.hold(this.queue) };
  }
}

function plannerOf(ports: SubmitPorts): Planner {
  return new Planner({ ports, targets: LOCAL_TARGETS });
}

/** Of a run that was started as it should be. */
export const executionOf = (runId: string): Execution => ({
  name: `${runId}-1`,
  machine: 'whole',
  input: { run_id: runId },
  runStatus: 'executing',
});
