import type { MachineQuotas } from '../../lib/compiler/machine-share.ts';
import { MemoryBlobStore } from '../../lib/local/memory-blob-store.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import type { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { PlanningError } from '../../lib/model/errors.ts';
import { readRef, refOf } from '../../lib/model/execution-ref.ts';
import { Planner } from '../../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { RunControls } from '../../lib/run-control/run-controls.ts';
import { completeCallback } from '../../lib/runtime/complete-callback.ts';
import { ControlRefusedError, RunUnknownError } from '../../lib/runtime/control-run.ts';
import { StateError } from '../../lib/runtime/errors.ts';
import { readExecutionName } from '../../lib/runtime/execution-name.ts';
import { HANDLERS, isHandlerName } from '../../lib/runtime/handlers.ts';
import { loadedChildRuns } from '../../lib/runtime/loaded-child-runs.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { StartQueue } from '../../lib/runtime/ports/start-queue.ts';
import { EngineThrottledError } from '../../lib/runtime/ports/workflow-engine.ts';
import { makeRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
import { SpecCache } from '../../lib/runtime/spec-cache.ts';
import type { SubmitPorts } from '../../lib/runtime/start-run.ts';
import { type AgentReport, Agents } from './agents.ts';
import type { Dice } from './dice.ts';
import { SimProcess, type Surroundings } from './mortal-ports.ts';
import { type ObservedStore, observeStore, type Sabotage } from './observed-store.ts';
import type { RunHistory } from './run-history.ts';
import { type ExecutionOver, SimStepFunctions } from './step-functions.ts';
import type { Weather } from './weather.ts';

export interface DeploymentOptions {
  readonly dice: Dice;
  readonly clock: VirtualClock;
  readonly startMs: number;
  readonly weather: Weather;
  readonly sabotage?: Sabotage | undefined;
  /** What an execution may have. Default: as much as on AWS. */
  readonly machineQuotas?: MachineQuotas | undefined;
  readonly historyOf: (runId: string) => RunHistory | undefined;
  readonly problem: (what: string) => void;
  readonly onEvent: () => void;
}

/** What a function's end looks like that Step Functions has not heard of. */
class LambdaError extends Error {
  override readonly name: string;

  constructor(name: string) {
    super('simulated');
    this.name = name;
  }
}

interface Sandbox {
  readonly process: SimProcess;
  readonly runtime: Runtime;
  readonly specs: WarmSpecs;
}

type SpecReader = Pick<RunStore, 'getSpec' | 'listExpansions'>;

/** The specs that a sandbox knows, which are read through whichever invocation is in it. */
class WarmSpecs {
  store: SpecReader;
  readonly cache = new SpecCache({
    getSpec: (ref) => this.store.getSpec(ref),
    listExpansions: (runId) => this.store.listExpansions(runId),
  });

  constructor(store: SpecReader) {
    this.store = store;
  }
}

const TRANSIENT = [
  'Lambda.ServiceException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.AWSLambdaException',
] as const;
/** These count as attempts of the task. */
const COUNTED = ['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout', 'States.Timeout'] as const;
const REDELIVER_SEC = 60;
const THROTTLED_SEC = 30;
const MOST_DELIVERIES = 300;
const EXPECTED_ANSWERS = [ControlRefusedError, RunUnknownError, PlanningError, EngineThrottledError] as const;

/** Everything that is deployed: functions, Step Functions, store, queue and the events between them. All but the store may fail. */
export class Deployment {
  readonly store: SqliteStore;
  readonly agents: Agents;
  readonly trace: string[] = [];
  /** Invocations, messages and events that are under way. */
  underWay = 0;
  #stepFunctions: SimStepFunctions;
  readonly #observed: ObservedStore;
  readonly #blobs = new MemoryBlobStore();
  readonly #options: DeploymentOptions;
  readonly #around: Surroundings;
  readonly #faults = new Map<string, number>();
  /** Tasks that may have completed, as `run#ordinal`. */
  readonly #completed = new Set<string>();
  readonly #queue: StartQueue = { send: async (runId, delaySec) => this.#send(runId, delaySec) };
  readonly #idle: WarmSpecs[] = [];
  readonly #living = new Set<SimProcess>();
  /** What all invocations share where one process does everything. */
  #home: Runtime;
  #homeSpecs: WarmSpecs;
  #ids = 0;
  /** Of the process: what belongs to an earlier one is void. */
  #generation = 0;
  #invocations: Record<string, number> = {};

  constructor(options: DeploymentOptions) {
    const { dice, clock, startMs, weather, sabotage, historyOf, onEvent } = options;
    this.#options = options;
    this.store = new SqliteStore({
      path: ':memory:',
      claimLagSec: weather.claimLagSec,
      onEvent: (event) => {
        const { run_id, type, task_id = '', attempt = '', error } = event;
        this.tell(`  ${run_id} ${type} ${task_id} ${attempt} ${error === undefined ? '' : `${error.code} ${error.message}`}`.trimEnd());
        historyOf(event.run_id)?.take(event, clock.now());
        onEvent();
      },
    });
    this.#observed = observeStore({
      store: this.store,
      blobs: this.#blobs,
      sabotage,
      clock,
      historyOf,
      onCompletes: (runId, ordinal) => this.#completed.add(`${runId}#${ordinal}`),
    });
    this.#around = {
      dice,
      clock,
      weather,
      tell: (what) => this.tell(what),
      mayFail: (whose) => {
        if (clock.now() - startMs >= weather.calmAfterSec * 1000) return false;
        const faults = this.#faults.get(whose) ?? 0;
        if (faults >= weather.faultsPerTask) return false;
        this.#faults.set(whose, faults + 1);
        return true;
      },
    };
    this.agents = new Agents(clock, (report) => this.#takeReport(report, 1));
    this.#stepFunctions = this.#makeStepFunctions();
    this.#home = this.#runtimeOf(new SimProcess(this.#around, 'home', 'home'));
    this.#homeSpecs = new WarmSpecs(this.#observed);
  }

  get invocations(): Readonly<Record<string, number>> {
    return this.#invocations;
  }

  makeId = (): string => `id${++this.#ids}`;

  tell(what: string): void {
    const sec = (this.#options.clock.now() - this.#options.startMs) / 1000;
    this.trace.push(`${sec.toFixed(3)}s ${what}`);
  }

  /** Names of executions that go on. */
  running(): string[] {
    return this.#stepFunctions.running();
  }

  /** Somebody stops an execution in the console. */
  async stopFromOutside(name: string): Promise<void> {
    this.tell(`the console stops ${name}`);
    await this.#stepFunctions.stopExecution('', name);
  }

  /** ARNs of executions that others have started and wait for. */
  runningParts(): string[] {
    return this.#stepFunctions.runningParts();
  }

  /** Somebody stops one of these in the console. */
  async stopPart(arn: string): Promise<void> {
    this.tell(`the console stops ${arn}`);
    this.#stepFunctions.stopPart(arn);
  }

  /**
   * A request to the API, in a process of its own.
   *
   * @returns what it answered; undefined where it died, refused or failed
   */
  async request<T>(name: string, work: (parts: { planner: Planner; controls: RunControls }) => Promise<T>): Promise<T | undefined> {
    const sandbox = this.#take(`api ${name}`, `api ${name}`);
    this.tell(`api ${name}`);
    try {
      const answer = await this.#work(sandbox, () => work(this.#api(sandbox)));
      this.tell(`api ${name}: ${JSON.stringify(answer)}`);
      return answer;
    } catch (error) {
      this.tell(`api ${name}: ${String(error)}`);
      const isExpected = EXPECTED_ANSWERS.some((kind) => error instanceof kind);
      if (!isExpected && !sandbox.process.disturbed) this.#options.problem(`api ${name} failed: ${(error as Error).stack}`);
      return undefined;
    }
  }

  /** The process dies with all that it does; another takes up what it has left. */
  async dieAndTakeUp(): Promise<void> {
    this.tell('the process dies');
    this.#generation++;
    this.underWay = 0;
    for (const process of this.#living) process.kill();
    this.#living.clear();
    this.#stepFunctions.vanish();
    this.#stepFunctions = this.#makeStepFunctions();
    this.#home = this.#runtimeOf(new SimProcess(this.#around, 'home', 'home'));
    this.#homeSpecs = new WarmSpecs(this.#observed);
    for (const { run_id: runId, execution, status } of await this.store.listUnfinished()) {
      const history = this.#options.historyOf(runId);
      if (history !== undefined) history.sawDeath = true;
      if (status !== 'queued') await settleRun(this.#bare(), refOf({ runId, execution }), { reason: 'the process died', dead: true });
    }
    for (const { run_id: runId, status } of await this.store.listUnfinished()) if (status === 'queued') this.#send(runId, 0);
  }

  /** A runtime in which nothing fails. */
  #bare(): Runtime {
    const queue = this.#queue;
    return { ...this.#home, specs: this.#homeSpecs.cache, store: this.#observed, engine: this.#stepFunctions, queue };
  }

  #makeStepFunctions(): SimStepFunctions {
    const { clock, dice } = this.#options;
    return new SimStepFunctions({
      clock,
      dice,
      makeId: this.makeId,
      invoke: ({ functionName, payload }) => this.#invoke(functionName, payload as { run_id: string; task?: number }),
      onEnd: (end) => this.#takeEnd(end),
    });
  }

  async #invoke(functionName: string, payload: { run_id: string; task?: number }): Promise<object> {
    const { dice, clock, weather } = this.#options;
    const whose = `${payload.run_id}#${payload.task ?? 'end'}`;
    const strikes = (probability: number): boolean => probability > 0 && dice.chance(probability) && this.#around.mayFail(whose);
    if (strikes(weather.throttled / 5)) throw new LambdaError('Lambda.TooManyRequestsException');
    if (strikes(weather.doubled)) {
      const sec = dice.pick([0, 0, 1, 5, 30]);
      this.tell(`${functionName} of ${whose} is invoked twice, the second time ${sec} s later`);
      this.#later(sec, () => this.#handle(functionName, payload, whose).catch(() => {}));
    }
    const isLost = strikes(weather.lost);
    if (!isLost) return this.#handle(functionName, payload, whose);
    const slowSec = dice.pick([1, 5, 60, 900]);
    this.tell(`${functionName} of ${whose} is lost, and goes on as slow as ${slowSec} s a call`);
    const sandbox = this.#take(`${functionName} of ${whose}`, whose);
    sandbox.process.slowSec = slowSec;
    sandbox.process.disturbed = true;
    this.#handle(functionName, payload, whose, sandbox).catch(() => {});
    // its gate is entered anew when its time is up
    if (functionName === 'admit-task' && !weather.gentle && dice.chance(0.3)) return new Promise(() => {});
    await new Promise<void>((resolve) => clock.setTimer(dice.between(0, weather.gentle ? 8000 : 120_000), resolve));
    throw new LambdaError(this.#lambdaError(sandbox.process));
  }

  /**
   * What Step Functions says of an invocation that it has heard nothing of. It counts as an attempt only where the task has not
   * completed, nor will soon: a task that completes unheard in its last attempt leaves what stands behind it in its scope unentered.
   */
  #lambdaError(process: SimProcess): string {
    const { dice, weather } = this.#options;
    if (weather.gentle || this.#completed.has(taskOf(process)) || dice.chance(0.7)) return dice.pick(TRANSIENT);
    process.stillSec = 600;
    return dice.pick(COUNTED);
  }

  async #handle(
    functionName: string,
    payload: unknown,
    whose: string,
    sandbox = this.#take(`${functionName} of ${whose}`, whose),
  ): Promise<object> {
    if (!isHandlerName(functionName)) throw new Error(`there is no function ${functionName}`);
    this.#invocations[functionName] = (this.#invocations[functionName] ?? 0) + 1;
    try {
      return (await this.#work(sandbox, () => HANDLERS[functionName](sandbox.runtime, payload))) ?? {};
    } catch (error) {
      if (error instanceof StateError || sandbox.process.disturbed) throw error;
      this.#options.problem(`${functionName} of ${whose} failed: ${(error as Error).stack}`);
      throw error;
    }
  }

  /** Has a process do something; it may die over it. */
  async #work<T>(sandbox: Sandbox, work: () => Promise<T>): Promise<T> {
    const { process } = sandbox;
    const generation = this.#generation;
    this.underWay++;
    try {
      const outcome = await Promise.race([work(), process.death.then(() => DIED)]);
      if (outcome === DIED) throw new LambdaError(this.#lambdaError(process));
      if (!process.disturbed && !this.#options.weather.oneProcess) this.#idle.push(sandbox.specs);
      return outcome as T;
    } finally {
      this.#living.delete(process);
      if (generation === this.#generation) this.underWay--;
    }
  }

  /** A process for an invocation, which may have served others before. */
  #take(name: string, whose: string): Sandbox {
    const { dice, weather } = this.#options;
    const process = new SimProcess(this.#around, name, whose);
    this.#living.add(process);
    const runtime = this.#runtimeOf(process);
    if (weather.oneProcess)
      return { process, specs: this.#homeSpecs, runtime: { ...runtime, specs: this.#homeSpecs.cache, attempts: this.#home.attempts } };
    const specs = (dice.chance(0.8) ? this.#idle.pop() : undefined) ?? new WarmSpecs(runtime.store);
    specs.store = runtime.store;
    return { process, specs, runtime: { ...runtime, specs: specs.cache } };
  }

  #runtimeOf(process: SimProcess): Runtime {
    const store: RunStore = process.hold(this.#observed, 'store');
    const runtime = makeRuntime({
      store,
      engine: process.hold(this.#stepFunctions, 'engine'),
      dispatch: (dispatch) => this.agents.dispatcher(this.#runOf(process))(dispatch),
      clock: this.#options.clock,
      queue: process.hold(this.#queue, 'queue'),
      childRuns: loadedChildRuns,
      makeId: this.makeId,
    });
    return runtime;
  }

  #runOf(process: SimProcess): string {
    const task = taskOf(process);
    return task.slice(0, task.lastIndexOf('#'));
  }

  #api({ process, runtime }: Sandbox): { planner: Planner; controls: RunControls; ports: SubmitPorts } {
    const ports = { runtime, blobs: process.hold(this.#blobs, 'blobs'), queue: process.hold(this.#queue, 'queue') };
    const { machineQuotas } = this.#options;
    const planner = new Planner({ ports, targets: { ...LOCAL_TARGETS, machineQuotas }, makeId: this.makeId });
    return { ports, planner, controls: new RunControls(ports, planner) };
  }

  #send(runId: string, delaySec: number): void {
    const { dice, weather } = this.#options;
    const isLate = this.#strikesMessage(weather.lateMessage);
    this.#later(delaySec + (isLate ? dice.pick([0.5, 3, 20, 120]) : 0), () => this.#deliver(runId, 1));
    if (!this.#strikesMessage(weather.lateMessage / 2)) return;
    this.#later(delaySec + dice.pick([0, 0, 1, 40]), () => this.#deliver(runId, 1));
  }

  #strikesMessage(probability: number): boolean {
    const { dice, clock, startMs, weather } = this.#options;
    return dice.chance(probability) && clock.now() - startMs < weather.calmAfterSec * 1000;
  }

  async #deliver(runId: string, delivery: number): Promise<void> {
    const sandbox = this.#take(`start of ${runId}`, `start of ${runId}`);
    try {
      await this.#work(sandbox, () => this.#api(sandbox).planner.drive(runId));
    } catch (error) {
      const throttled = error instanceof EngineThrottledError;
      if (!throttled && !sandbox.process.disturbed) {
        this.tell(`start of ${runId} failed: ${String(error)}`);
        if (!(error instanceof StateError)) this.#options.problem(`start of ${runId} failed: ${(error as Error).stack}`);
      }
      if (delivery > MOST_DELIVERIES) this.#options.problem(`a message of ${runId} comes back for ever: ${String(error)}`);
      else this.#later(throttled ? THROTTLED_SEC : REDELIVER_SEC, () => this.#deliver(runId, delivery + 1));
    }
  }

  /** The status change of an execution, on its way to reconcile. */
  #takeEnd({ name, status, error }: ExecutionOver): void {
    const { dice, weather } = this.#options;
    if (status === 'SUCCEEDED') return;
    this.tell(`execution ${name} ended ${status} ${error.slice(0, 100)}`);
    const end = { reason: `the execution ended ${status} ${error}`, timedOut: status === 'TIMED_OUT' };
    const ref = refOf(readExecutionName(name)!);
    const reconcile = async (): Promise<void> => {
      const sandbox = this.#take(`reconcile of ${ref}`, `reconcile of ${ref}`);
      if (weather.oneProcess) return settleRun(this.#bare(), ref, end);
      try {
        await this.#work(sandbox, () => settleRun(sandbox.runtime, ref, end));
      } catch (failure) {
        if (!sandbox.process.disturbed) this.#options.problem(`reconcile of ${ref} failed: ${(failure as Error).stack}`);
        this.#later(REDELIVER_SEC, reconcile);
      }
    };
    if (weather.oneProcess) {
      this.#later(0, reconcile);
      return;
    }
    const late = this.#strikesMessage(weather.lateMessage);
    this.#later(late ? dice.pick([10, 100, 600]) : dice.roll() * 2, reconcile);
    if (this.#strikesMessage(weather.lateMessage / 2)) this.#later(dice.pick([0, 5, 50, 400]), reconcile);
  }

  /** An agent reports until it is heard. */
  #takeReport({ callbackId, outputs }: AgentReport, tries: number): void {
    const { dice, weather } = this.#options;
    const report = async (): Promise<void> => {
      const sandbox = this.#take(`callback of ${callbackId}`, `callback of ${callbackId}`);
      try {
        const outcome = await this.#work(sandbox, () => completeCallback(sandbox.runtime, callbackId, { status: 'succeeded', outputs }));
        this.tell(`callback ${callbackId} is ${outcome}`);
      } catch (error) {
        if (!sandbox.process.disturbed) this.#options.problem(`callback of ${callbackId} failed: ${(error as Error).stack}`);
        if (tries < 50) this.#later(5, async () => this.#takeReport({ callbackId, outputs }, tries + 1));
      }
    };
    this.#later(0, report);
    if (this.#strikesMessage(weather.doubled)) this.#later(dice.pick([0, 1, 30]), report);
  }

  #later(sec: number, work: () => Promise<unknown>): void {
    const generation = this.#generation;
    this.underWay++;
    this.#options.clock.setTimer(Math.round(sec * 1000), () => {
      if (generation !== this.#generation) return;
      work()
        .catch((error: unknown) => this.#options.problem(`something failed: ${error instanceof Error ? error.stack : String(error)}`))
        .finally(() => {
          if (generation === this.#generation) this.underWay--;
        });
    });
  }
}

const DIED = Symbol('died');

/** Whose task an invocation is for, as `run#ordinal`, whatever its execution. */
function taskOf({ name }: SimProcess): string {
  const task = name.lastIndexOf('#');
  return readRef(name.slice(name.indexOf(' of ') + 4, task)).runId + name.slice(task);
}
