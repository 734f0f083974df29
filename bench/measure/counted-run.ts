import { deflateRawSync } from 'node:zlib';
import type { Compilation } from '../../lib/compiler/compile.ts';
import { type RunUsage, sumOfUnits, unitsOfRun } from '../../lib/compiler/run-cost.ts';
import { makeDispatcher } from '../../lib/executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import type { HistoryEvent } from '../../lib/local/asl/local-step-functions.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { executionName } from '../../lib/runtime/execution-name.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { startRun } from '../../lib/runtime/start-run.ts';
import { TableMeter } from './table-meter.ts';

export interface CountedRun {
  readonly usage: RunUsage;
  /** Of the execution that had the most. */
  readonly historyEvents: number;
  readonly events: readonly RunEvent[];
}

/** The instant at which simulated runs begin. */
const START = Date.UTC(2026, 0, 1);

/**
 * Runs a compiled plan of mock tasks on the virtual clock and counts what AWS would bill.
 *
 * @throws where the run does not end well
 */
export async function countedRun({ machines, spec }: Pick<Compilation, 'machines' | 'spec'>): Promise<CountedRun> {
  const history = new HistoryCount();
  const meter = new TableMeter();
  const events: RunEvent[] = [];
  const clock = new VirtualClock(START);
  const engine = new LocalEngine({ clock, onHistoryEvent: (event) => history.add(event) });
  const store = new SqliteStore({ path: ':memory:', onEvent: (event) => events.push(event) });
  const dispatch = makeDispatcher({ mock: makeMockDispatcher(clock) });
  const runtime = makeRuntime({ store: meter.watch(store), engine, clock, dispatch });
  engine.attach(runtime);
  await startRun(runtime, { run: { run_id: 'run', plan_id: 'plan', goal_id: null, context: {} }, spec, machines });
  const { status, cause } = await engine.waitForEnd(executionName('run', 1));
  store.close();
  if (status !== 'SUCCEEDED') throw new Error(`the execution ended ${status}: ${cause}`);
  const specBytes = deflateRawSync(JSON.stringify(spec)).length;
  const units = sumOfUnits([meter.total, unitsOfRun({ tasks: spec.tasks.length, specBytes })]);
  return {
    usage: { transitions: history.transitions, lambdaCalls: history.lambdaCalls, ...units, events: events.length },
    historyEvents: history.longest,
    events,
  };
}

/** Counts the events of all executions of a run. */
class HistoryCount {
  readonly #lastIds = new Map<string, number>();
  /** A state entered, or retried: each attempt of a Task is scheduled. */
  transitions = 0;
  lambdaCalls = 0;

  add({ id, type, executionArn, state = '' }: HistoryEvent): void {
    this.#lastIds.set(executionArn, id);
    if (type === 'TaskScheduled') {
      this.transitions++;
      if (!/^part \d+$/.test(state)) this.lambdaCalls++;
    } else if (type.endsWith('StateEntered') && type !== 'TaskStateEntered') this.transitions++;
  }

  get longest(): number {
    return [...this.#lastIds.values()].reduce((most, id) => Math.max(most, id), 0);
  }
}
