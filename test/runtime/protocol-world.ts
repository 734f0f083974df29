import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { RUN_POOL, type RunSpec, type TaskRecord } from '../../lib/model/task-record.ts';
import { admitTask } from '../../lib/runtime/admit-task.ts';
import type { RunStore, WorkflowEngine } from '../../lib/runtime/ports.ts';
import type { StateFailure } from '../../lib/runtime/read-failure.ts';
import { runTask } from '../../lib/runtime/run-task.ts';
import { makeRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { settleTask } from '../../lib/runtime/settle-task.ts';

/**
 * The real handlers over the real store, and Step Functions played by hand: every store or engine call of every invocation is
 * one step, and the order of steps, the deaths and the zombies are chosen by a seed.
 *
 * An invocation may die between two steps (Step Functions then repeats it, a gate with a new token), or be taken for dead while
 * it goes on (a zombie). A parked gate that nothing else will open is entered anew, as after its hour; `heals` counts the runs
 * that needed it.
 */
export interface World {
  readonly seed: number;
  /** Wraps the store, to break it on purpose. */
  readonly sabotage?: (store: RunStore) => Partial<RunStore>;
  readonly failures?: boolean;
  /** Every task uses a token; of runs with more tasks than this the rest is cancelled. */
  readonly maxTokenCount?: number;
}

export interface Outcome {
  readonly crashes: number;
  readonly heals: number;
  readonly cancelled: number;
}

type Kind = 'admit' | 'run' | 'settle';

interface Invocation {
  readonly kind: Kind;
  readonly task: number;
  /** What a settle is about. */
  readonly failure: StateFailure;
  tries: number;
  /** Lets the invocation take its next step. */
  proceed: (() => void) | undefined;
  over: boolean;
  zombie: boolean;
}

const RUN_ID = 'run';
const POOL = 'pool';
const DEMANDS = [[RUN_POOL], [RUN_POOL], [RUN_POOL, POOL], [POOL]];
const AT = '2026-01-01T00:00:00.000Z';
const MAX_STEPS = 50_000;
const MAX_HEALS = 20;

export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Plays one seed to its end; throws where an invariant is broken. */
export async function play({ seed, sabotage, failures = false, maxTokenCount }: World): Promise<Outcome> {
  const random = randomSource(seed);
  const pick = (n: number): number => Math.floor(random() * n);
  const count = 2 + pick(7);
  const limit = 1 + pick(3);
  const crashRate = random() < 0.3 ? 0 : 0.02 + random() * 0.2;
  const budget = maxTokenCount === undefined ? {} : { budget: { maxTokenCount } };
  const spec = { ...randomSpec(count, { [RUN_POOL]: limit, [POOL]: 1 + pick(2) }, random, pick), ...budget };
  const doomed = spec.tasks.map(() => failures && random() < 0.2);

  const base = new SqliteStore({ path: ':memory:' });
  const store = sabotage === undefined ? base : withMethods(base, sabotage(base));
  await base.createRun({ run_id: RUN_ID, plan_id: 'plan', goal_id: null, context: {}, created_at: AT }, spec);
  await base.startRun(RUN_ID, AT);

  const live: Invocation[] = [];
  const openTokens = new Map<string, number>(); // tokens that somebody waits under
  const through = new Set<number>(); // tasks whose gate has opened
  const ended = new Set<number>(); // tasks whose states are over
  const problems: string[] = [];
  let nextToken = 1;

  const statusOf = async (task: number): Promise<string> => (await base.readTasks(RUN_ID, [task])).tasks.get(task)?.status ?? 'pending';
  const isFinal = async (task: number): Promise<boolean> => ['completed', 'failed', 'blocked', 'cancelled'].includes(await statusOf(task));

  const openGate = async (token: string): Promise<boolean> => {
    const task = openTokens.get(token);
    if (task === undefined) return false;
    openTokens.delete(token);
    const isToRun = !['blocked', 'cancelled'].includes(await statusOf(task));
    if (isToRun) {
      for (const dependency of spec.tasks[task]!.dependencies) {
        if ((await statusOf(dependency)) !== 'completed') problems.push(`the gate of ${task} opened before ${dependency} was completed`);
      }
      through.add(task);
      const inside: number[] = [];
      for (const each of through) if (!(await isFinal(each))) inside.push(each);
      for (const [pool, size] of Object.entries(spec.pools)) {
        const inPool = inside.filter((each) => spec.tasks[each]!.gate!.pools.includes(pool)).length;
        if (inPool > size) problems.push(`${inPool} tasks inside the pool "${pool}", limit ${size}`);
      }
    }
    invoke('run', task);
    return true;
  };

  /** The ports as one invocation sees them: each call waits for its turn. */
  const steppedRuntime = (invocation: Invocation): Runtime => {
    const turn = (): Promise<void> => new Promise((resolve) => (invocation.proceed = resolve));
    const engine: WorkflowEngine = {
      ensureMachine: async () => {},
      startExecution: async () => {},
      failTask: async () => false,
      heartbeat: async () => false,
      openGate: async (token) => {
        await turn();
        return openGate(token);
      },
    };
    const clock = { now: () => 0, setTimer: () => ({ cancel: () => {} }) };
    const dispatch = async (): Promise<JsonObject> => {
      if (doomed[invocation.task]) throw new Error('doomed');
      return { tokens_used: 1 };
    };
    return makeRuntime({ store: stepped(store, turn), engine, dispatch, clock });
  };

  const invoke = (kind: Kind, task: number, tries = 0, failure: StateFailure = {}): void => {
    const invocation: Invocation = { kind, task, failure, tries, proceed: undefined, over: false, zombie: false };
    const runtime = steppedRuntime(invocation);
    live.push(invocation);
    const handled =
      kind === 'admit'
        ? admitTask(runtime, { run_id: RUN_ID, task, token: newToken(task) })
        : kind === 'run'
          ? runTask(runtime, { run_id: RUN_ID, task })
          : settleTask(runtime, { run_id: RUN_ID, task, error: failure });
    handled.then(
      () => end(invocation, undefined),
      (error: unknown) => end(invocation, error as Error),
    );
  };
  const newToken = (task: number): string => {
    for (const [token, owner] of openTokens) if (owner === task) openTokens.delete(token);
    const token = `token-${nextToken++}`;
    openTokens.set(token, task);
    return token;
  };

  /** What Step Functions does with an answer. Nobody listens to a zombie. */
  const end = (invocation: Invocation, error: Error | undefined): void => {
    invocation.over = true;
    live.splice(live.indexOf(invocation), 1);
    if (invocation.zombie) return;
    const { kind, task, tries, failure } = invocation;
    if (error === undefined) {
      if (kind !== 'admit') ended.add(task);
    } else if (error.name === 'AttemptSuperseded') invoke(kind, task, tries, failure);
    else if (error.name === 'TaskBlocked' || error.name === 'RunStopped') ended.add(task);
    else if ((error.name === 'TaskFailed' && doomed[task]) || error.name === 'BudgetUsedUp')
      invoke('settle', task, 0, { Error: error.name, Cause: error.message });
    else problems.push(`${kind} of ${task}: ${error.stack}`);
  };

  for (const task of spec.tasks) invoke('admit', task.ordinal);
  let crashes = 0;
  let heals = 0;
  for (let step = 0; problems.length === 0; step++) {
    if (step > MAX_STEPS) problems.push('does not end');
    await settleMicrotasks(live);
    if (live.length === 0) {
      if (openTokens.size === 0 || heals === MAX_HEALS) break;
      heals++;
      invoke('admit', [...openTokens.values()][pick(openTokens.size)]!, 99);
      continue;
    }
    const invocation = live[pick(live.length)]!;
    if (invocation.tries < 4 && random() < crashRate) {
      crashes++;
      const isZombie = random() < 0.4;
      if (isZombie) {
        invocation.zombie = true;
        invocation.tries = 99;
      } else live.splice(live.indexOf(invocation), 1);
      const waits = [...openTokens.values()].includes(invocation.task);
      if (invocation.kind !== 'admit' || waits)
        invoke(invocation.kind, invocation.task, isZombie ? 1 : invocation.tries + 1, invocation.failure);
      continue;
    }
    const proceed = invocation.proceed!;
    invocation.proceed = undefined;
    proceed();
  }

  const totals = await base.countTasks(RUN_ID);
  const mayCancel = totals.completed >= (maxTokenCount ?? Number.POSITIVE_INFINITY);
  for (const task of spec.tasks) {
    if (problems.length > 0) break;
    const status = await statusOf(task.ordinal);
    const expected = expectedStatus(task.ordinal, spec, doomed);
    if (status !== expected && !(mayCancel && status === 'cancelled'))
      problems.push(`task ${task.ordinal} ended ${status}, not ${expected}`);
    if (!ended.has(task.ordinal)) problems.push(`the states of task ${task.ordinal} never ended`);
  }
  if ((await base.getRun(RUN_ID))!.tokens_used !== (maxTokenCount === undefined ? 0 : totals.completed)) problems.push('tokens miscounted');
  base.close();
  if (problems.length > 0) throw new Error(problems[0]);
  return { crashes, heals: heals > 0 ? 1 : 0, cancelled: totals.cancelled };
}

/** Until every invocation is over or waits for its turn. */
async function settleMicrotasks(live: readonly Invocation[]): Promise<void> {
  for (let i = 0; live.some((invocation) => invocation.proceed === undefined); i++) {
    if (i > 10_000) throw new Error('an invocation neither ends nor asks for a step');
    await Promise.resolve();
  }
}

function expectedStatus(task: number, spec: RunSpec, doomed: readonly boolean[]): 'completed' | 'failed' | 'blocked' {
  const blocked = spec.tasks[task]!.dependencies.some((dependency) => expectedStatus(dependency, spec, doomed) !== 'completed');
  return blocked ? 'blocked' : doomed[task] ? 'failed' : 'completed';
}

function randomSpec(count: number, pools: RunSpec['pools'], random: () => number, pick: (n: number) => number): RunSpec {
  const dependencies = Array.from({ length: count }, (_, task) => Array.from({ length: task }, (_, u) => u).filter(() => random() < 0.3));
  const rank = Array.from({ length: count }, (_, task) => pick(4) * count + task);
  return {
    pools,
    tasks: dependencies.map((own, ordinal): TaskRecord => {
      const dependents = dependencies.flatMap((others, other) => (others.includes(ordinal) ? [other] : []));
      return {
        ordinal,
        id: `t${ordinal}`,
        name: `t${ordinal}`,
        type: 'atomic',
        content: '',
        toolName: null,
        agentId: null,
        inputs: {},
        boundInputs: {},
        references: {},
        timeoutSec: 60,
        dependencies: own,
        dependents,
        opens: dependents,
        gate: { dependencies: own, pools: DEMANDS[pick(DEMANDS.length)]! },
        rank: rank[ordinal]!,
      };
    }),
  };
}

function stepped(store: RunStore, turn: () => Promise<void>): RunStore {
  return new Proxy(store, {
    get(target, name: keyof RunStore) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      if (name === 'getSpec') return method.bind(target); // warm
      return async (...args: unknown[]) => {
        await turn();
        return method.apply(target, args);
      };
    },
  });
}

function withMethods(store: RunStore, methods: Partial<RunStore>): RunStore {
  return new Proxy(store, {
    get(target, name: keyof RunStore) {
      return methods[name] ?? (target[name] as (...args: unknown[]) => unknown).bind(target);
    },
  });
}
