import { makeMockDispatcher } from '../../lib/executors/mock.ts';
import { type HistoryEvent, LocalStepFunctions } from '../../lib/local/asl/local-step-functions.ts';
import { localMachineArn } from '../../lib/local/function-names.ts';
import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { PreparedPlan } from '../../lib/planning/prepare-plan.ts';
import { HANDLERS, isHandlerName } from '../../lib/runtime/handlers.ts';
import type { MachineDefinition, WorkflowEngine } from '../../lib/runtime/ports/workflow-engine.ts';
import { makeRuntime } from '../../lib/runtime/runtime.ts';
import { startRun } from '../../lib/runtime/start-run.ts';
import { SIMULATION_START } from '../simulate.ts';
import { type Observed, observeLocal } from './observed.ts';
import { type Mocks, Script, type Tokens } from './script.ts';

export interface RecordedRun {
  readonly observed: Observed;
  /** What each function answered, for another interpreter. */
  readonly mocks: Mocks;
  readonly tokens: Tokens;
  /** Of the execution. */
  readonly input: JsonObject;
}

/** Tasks, by their ids, of which some first attempts are never answered: the function dies or hangs. */
export type Hangs = Readonly<Record<string, number>>;

const RUN_ID = 'run';

/** Runs a plan as in production, the real handlers on the local interpreter, and writes down what every function answered and what came of it. */
export async function recordRun({ plan, compilation }: PreparedPlan, hangs: Hangs = {}): Promise<RecordedRun> {
  const clock = new VirtualClock(SIMULATION_START);
  const store = new SqliteStore({ path: ':memory:', fsync: false });
  const events: HistoryEvent[] = [];
  const script = new Script();
  const tokens = new TokensInHistory(script);
  const hangsOf = plan.tasks.map(({ task_id }) => hangs[task_id] ?? 0);
  const interpreter = new LocalStepFunctions({
    clock,
    onHistoryEvent: (event) => {
      events.push(event);
      tokens.follow(event);
    },
    invoke: ({ functionName, payload }) => {
      if (!isHandlerName(functionName)) throw new TypeError(`there is no function ${functionName}`);
      const { task } = payload as { task?: number };
      if (functionName === 'run-task' && task !== undefined && hangsOf[task]! > 0) {
        hangsOf[task]!--;
        return script.leaveUnanswered(functionName, payload);
      }
      return script.record(functionName, payload, () => HANDLERS[functionName](runtime, payload));
    },
  });
  const engine = new RecordingEngine(interpreter, script);
  const runtime = makeRuntime({ store, engine, dispatch: makeMockDispatcher(clock), clock });
  const input = { run_id: RUN_ID };
  const run = { ...input, plan_id: plan.plan_id, goal_id: null, context: {} };
  await startRun(runtime, { run, spec: compilation.spec, machines: compilation.machines });
  const end = await interpreter.waitForExecution(engine.started!);
  store.close();
  return { observed: observeLocal(end, events), mocks: script.mocks, tokens: script.tokens, input };
}

/** Tells the script of each token that the interpreter has taken note of its function's return: the event itself does not say which it is. */
class TokensInHistory {
  readonly #script: Script;
  /** By the last event of each line of states, as long as it is in one attempt. */
  readonly #open = new Map<string, string>();

  constructor(script: Script) {
    this.#script = script;
  }

  follow({ executionArn, id, previousId, type, input }: HistoryEvent): void {
    if (type === 'TaskScheduled') {
      const { token } = (input as { Payload?: { token?: string } }).Payload ?? {};
      if (token !== undefined) this.#open.set(`${executionArn} ${id}`, token);
      return;
    }
    const before = `${executionArn} ${previousId}`;
    const token = this.#open.get(before);
    if (token === undefined) return;
    this.#open.delete(before);
    if (type === 'TaskStarted') this.#open.set(`${executionArn} ${id}`, token);
    if (type === 'TaskSubmitted') this.#script.submitted(token);
  }
}

/** The engine of the recorded run: tokens that it sends are part of the script. */
class RecordingEngine implements WorkflowEngine {
  readonly #interpreter: LocalStepFunctions;
  readonly #script: Script;
  started: string | undefined;

  constructor(interpreter: LocalStepFunctions, script: Script) {
    this.#interpreter = interpreter;
    this.#script = script;
  }

  async ensureMachine(machine: MachineDefinition): Promise<void> {
    this.#interpreter.createStateMachine(machine);
  }

  async startExecution(machineName: string, name: string, input: JsonObject): Promise<void> {
    this.started = this.#interpreter.startExecution({ stateMachineArn: localMachineArn(machineName), name, input }).executionArn;
  }

  async stopExecution(): Promise<void> {} // nobody stops a recorded run; one that has ended is asked for, too

  async openGate(token: string): Promise<boolean> {
    return this.#send(token, () => this.#interpreter.sendTaskSuccess(token, {}), { output: {} });
  }

  async failTask(token: string, { name, message }: { name: string; message: string }): Promise<boolean> {
    const answer = { error: name, cause: message };
    return this.#send(token, () => this.#interpreter.sendTaskFailure(token, answer), answer);
  }

  async heartbeat(token: string): Promise<boolean> {
    return this.#send(token, () => this.#interpreter.sendTaskHeartbeat(token));
  }

  #send(token: string, send: () => void, answer?: Parameters<Script['answerToken']>[1]): boolean {
    try {
      send();
    } catch {
      return false; // nobody waits any more
    }
    if (answer !== undefined) this.#script.answerToken(token, answer);
    return true;
  }
}
