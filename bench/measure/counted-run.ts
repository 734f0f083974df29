import type { Compilation } from '../../lib/compiler/compile.ts';
import { type RunUsage, sumOfUnits, unitsOfRun } from '../../lib/compiler/run-cost.ts';
import { makeDispatcher } from '../../lib/executors/make-dispatcher.ts';
import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import type { HistoryEvent } from '../../lib/local/asl/local-step-functions.ts';
import { LocalEngine } from '../../lib/local/local-engine.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { packed } from '../../lib/model/packed.ts';
import { executionName } from '../../lib/runtime/execution-name.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import type { RunTaskInput } from '../../lib/runtime/run-task.ts';
import { makeRuntime, type Runtime, scopeOf } from '../../lib/runtime/runtime.ts';
import { startRun } from '../../lib/runtime/start-run.ts';
import { TableMeter } from './table-meter.ts';
import { type Caller, Turns } from './turns.ts';

export interface CountedRun {
  readonly usage: RunUsage;
  /** Of the execution that had the most. */
  readonly historyEvents: number;
  /** From its start to its end. */
  readonly seconds: number;
  readonly events: readonly RunEvent[];
}

/** Of the invocations about one task that make calls. */
const KINDS = ['admit-task', 'run-task', 'list-items'];

/**
 * Runs a compiled plan of mock tasks on the virtual clock and counts what AWS would bill. Calls of the store take no time; in one instant
 * everybody makes one at a time (`turns.ts`). What a warm process has read before (specs, lists of a foreach) is not counted.
 *
 * @throws where the run does not end well
 */
export async function countedRun({ machines, spec }: Pick<Compilation, 'machines' | 'spec'>): Promise<CountedRun> {
  const history = new HistoryCount();
  const events: RunEvent[] = [];
  const clock = new VirtualClock();
  const meter = new TableMeter(new Turns(clock));
  const engine = new LocalEngine({ clock, onHistoryEvent: (event) => history.add(event) });
  const store = new SqliteStore({ path: ':memory:', onEvent: (event) => events.push(event) });
  const dispatch = makeDispatcher({ mock: makeMockDispatcher(clock) });
  const runtime = makeRuntime({ store, engine, clock, dispatch });
  let lambdaCalls = 0;
  engine.attach((functionName, payload) => {
    lambdaCalls++;
    const kind = KINDS.indexOf(functionName);
    // who ends a run is alone
    return kind < 0 ? runtime : { ...runtime, store: meter.watch(store, () => callerOf(runtime, payload as RunTaskInput, kind)) };
  });
  await startRun(runtime, { run: { run_id: 'run', plan_id: 'plan', goal_id: null, context: {} }, spec, machines });
  const { status, cause } = await engine.waitForEnd(executionName('run', 1));
  const { task_count: tasks } = (await store.getRun('run'))!;
  store.close();
  if (status !== 'SUCCEEDED') throw new Error(`the execution ended ${status}: ${cause}`);
  const units = sumOfUnits([meter.total, unitsOfRun({ tasks, specBytes: packed(spec).length })]);
  return {
    usage: { transitions: history.transitions, lambdaCalls, ...units, events: events.length },
    historyEvents: history.longest,
    seconds: clock.now() / 1000,
    events,
  };
}
async function callerOf(runtime: Runtime, { run_id, task }: Pick<RunTaskInput, 'run_id' | 'task'>, kind: number): Promise<Caller> {
  const { spec } = await scopeOf(runtime, run_id, task);
  return { rank: spec.tasks[task]!.rank, ordinal: task, kind };
}

/** Counts the events of all executions of a run. */
class HistoryCount {
  readonly #lastIds = new Map<string, number>();
  /** A state entered, or retried: each attempt of a Task is scheduled. */
  transitions = 0;

  add({ id, type, executionArn }: HistoryEvent): void {
    this.#lastIds.set(executionArn, id);
    if (type === 'TaskScheduled' || (type.endsWith('StateEntered') && type !== 'TaskStateEntered')) this.transitions++;
  }

  get longest(): number {
    return [...this.#lastIds.values()].reduce((most, id) => Math.max(most, id), 0);
  }
}
