import { SqliteStore } from '../../lib/local/sqlite/sqlite-store.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { type TaskRule, TRIGGER_RULES } from '../../lib/model/plan.ts';
import { RUN_POOL, type RunSpec, type TaskGate, type TaskRecord } from '../../lib/model/task-record.ts';
import { admitTask } from '../../lib/runtime/admit-task.ts';
import { leaveSharedPools } from '../../lib/runtime/gates.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { WorkflowEngine } from '../../lib/runtime/ports/workflow-engine.ts';
import type { StateFailure } from '../../lib/runtime/read-failure.ts';
import { runTask } from '../../lib/runtime/run-task.ts';
import { makeRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { settleRun } from '../../lib/runtime/settle-run.ts';
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
  /** Two runs that share a pool; the second one's execution dies on the way, and reconcile settles it. */
  readonly sharing?: boolean;
  /** Tasks have trigger rules, and conditions that do not hold. */
  readonly rules?: boolean;
  readonly failFast?: boolean;
  /** Every task uses a token; of runs with more tasks than this the rest is cancelled. */
  readonly maxTokenCount?: number;
}

export interface Outcome {
  readonly crashes: number;
  readonly heals: number;
  readonly cancelled: number;
}

type Kind = 'admit' | 'run' | 'settle' | 'reconcile';

interface Invocation {
  readonly kind: Kind;
  readonly run: PlayedRun;
  readonly task: number;
  /** What a settle is about. */
  readonly failure: StateFailure;
  tries: number;
  /** Lets the invocation take its next step. */
  proceed: (() => void) | undefined;
  over: boolean;
  zombie: boolean;
}

interface PlayedRun {
  readonly id: string;
  readonly spec: RunSpec;
  readonly doomed: readonly boolean[];
  /** Tasks whose gate has opened. */
  readonly through: Set<number>;
  /** Tasks whose states are over. */
  readonly ended: Set<number>;
  /** Its execution was stopped: nothing of it is repeated any more. */
  dead: boolean;
}

type Gate = Pick<TaskGate, 'pools' | 'sharedPool'>;

const idleClock = { now: () => 0, setTimer: () => ({ cancel: () => {} }) };
const idleEngine: WorkflowEngine = {
  ensureMachine: async () => {},
  startExecution: async () => {},
  stopExecution: async () => {},
  openGate: async () => false,
  failTask: async () => false,
  heartbeat: async () => false,
};
const POOL = 'pool';
const SHARED = 'gpu';
const GATES: readonly Gate[] = [{ pools: [RUN_POOL] }, { pools: [RUN_POOL] }, { pools: [RUN_POOL, POOL] }, { pools: [POOL] }];
const SHARING_GATES: readonly Gate[] = [{ pools: [], sharedPool: SHARED }, { pools: [RUN_POOL], sharedPool: SHARED }, ...GATES.slice(1)];
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
export async function play({
  seed,
  sabotage,
  failures = false,
  sharing = false,
  rules = false,
  failFast = false,
  maxTokenCount,
}: World): Promise<Outcome> {
  const random = randomSource(seed);
  const pick = (n: number): number => Math.floor(random() * n);
  const crashRate = random() < 0.3 ? 0 : 0.02 + random() * 0.2;
  const sharedLimit = 1 + pick(3);

  const base = new SqliteStore({ path: ':memory:' });
  const store = sabotage === undefined ? base : withMethods(base, sabotage(base));
  await base.putSharedPool({ name: SHARED, limit: sharedLimit });
  const makeRun = async (id: string): Promise<PlayedRun> => {
    const pools = { [RUN_POOL]: 1 + pick(3), [POOL]: 1 + pick(2) };
    const budget = maxTokenCount === undefined ? {} : { budget: { maxTokenCount } };
    const plain = { ...randomSpec(2 + pick(sharing ? 5 : 7), pools, sharing ? SHARING_GATES : GATES, random, pick), ...budget };
    const spec = { ...(rules ? withRules(plain, random, pick) : plain), ...(failFast && { failFast: true as const }) };
    await base.createRun({ run_id: id, plan_id: 'plan', goal_id: null, context: {}, created_at: AT }, spec);
    await base.startRun(id, AT);
    const doomed = spec.tasks.map(() => failures && random() < 0.2);
    return { id, spec, doomed, through: new Set(), ended: new Set(), dead: false };
  };
  const runs = [await makeRun('run')];
  if (sharing) runs.push(await makeRun('mortal'));
  const mortal = runs[1];
  const dieAt = mortal === undefined ? -1 : pick(150);

  const live: Invocation[] = [];
  const openTokens = new Map<string, { run: PlayedRun; task: number }>(); // tokens that somebody waits under
  const problems: string[] = [];
  let nextToken = 1;

  const statusOf = async ({ id }: PlayedRun, task: number): Promise<string> =>
    (await base.readTasks(id, [task])).tasks.get(task)?.status ?? 'pending';
  const isFinal = async (run: PlayedRun, task: number): Promise<boolean> =>
    ['completed', 'failed', 'blocked', 'cancelled', 'skipped'].includes(await statusOf(run, task));
  const insideOf = async (run: PlayedRun): Promise<TaskRecord[]> => {
    const inside: TaskRecord[] = [];
    for (const each of run.through) if (!(await isFinal(run, each))) inside.push(run.spec.tasks[each]!);
    return inside;
  };

  /** No pool holds more than it has; what a run that has ended leaves behind is nobody's work any more. */
  const checkLimits = async (): Promise<void> => {
    let shared = 0;
    for (const run of runs) {
      if ((await base.getRun(run.id))!.status !== 'executing') continue;
      const inside = await insideOf(run);
      for (const [pool, size] of Object.entries(run.spec.pools)) {
        const inPool = inside.filter(({ gate }) => gate!.pools.includes(pool)).length;
        if (inPool > size) problems.push(`${inPool} tasks inside the pool "${pool}", limit ${size}`);
      }
      shared += inside.filter(({ gate }) => gate!.sharedPool !== undefined).length;
    }
    if (shared > sharedLimit) problems.push(`${shared} tasks inside the shared pool, limit ${sharedLimit}`);
  };

  const openGate = async (token: string): Promise<boolean> => {
    const waiting = openTokens.get(token);
    if (waiting === undefined) return false;
    const { run, task } = waiting;
    openTokens.delete(token);
    if (!['blocked', 'cancelled', 'skipped'].includes(await statusOf(run, task))) {
      const { dependencies, rule } = run.spec.tasks[task]!;
      const statuses = await Promise.all(dependencies.map((dependency) => statusOf(run, dependency)));
      if (!mayStart(rule?.name, statuses))
        problems.push(`the gate of ${task} (${rule?.name}) opened while its dependencies were ${statuses}`);
      run.through.add(task);
      await checkLimits();
    }
    invoke('run', run, task);
    return true;
  };

  /** The ports as one invocation sees them: each call waits for its turn. */
  const steppedRuntime = (invocation: Invocation): Runtime => {
    const turn = (): Promise<void> => new Promise((resolve) => (invocation.proceed = resolve));
    const engine: WorkflowEngine = {
      ...idleEngine,
      openGate: async (token) => {
        await turn();
        return openGate(token);
      },
    };
    const dispatch = async (): Promise<JsonObject> => {
      if (invocation.run.doomed[invocation.task]) throw new Error('doomed');
      return { tokens_used: 1 };
    };
    const evaluateCondition = async () => ({ holds: false });
    return makeRuntime({ store: stepped(store, turn), engine, dispatch, clock: idleClock, evaluateCondition });
  };

  const invoke = (kind: Kind, run: PlayedRun, task: number, tries = 0, failure: StateFailure = {}): void => {
    const invocation: Invocation = { kind, run, task, failure, tries, proceed: undefined, over: false, zombie: false };
    const runtime = steppedRuntime(invocation);
    live.push(invocation);
    const scope = { run_id: run.id, task };
    const handled =
      kind === 'admit'
        ? admitTask(runtime, { ...scope, token: newToken(run, task) })
        : kind === 'run'
          ? runTask(runtime, scope)
          : kind === 'settle'
            ? settleTask(runtime, { ...scope, error: failure })
            : settleRun(runtime, run.id, { reason: 'stopped' });
    handled.then(
      () => end(invocation, undefined),
      (error: unknown) => end(invocation, error as Error),
    );
  };
  const newToken = (run: PlayedRun, task: number): string => {
    for (const [token, owner] of openTokens) if (owner.run === run && owner.task === task) openTokens.delete(token);
    const token = `token-${nextToken++}`;
    openTokens.set(token, { run, task });
    return token;
  };

  /** What Step Functions does with an answer. Nobody listens to a zombie, nor to what belongs to a dead execution. */
  const end = (invocation: Invocation, error: Error | undefined): void => {
    invocation.over = true;
    live.splice(live.indexOf(invocation), 1);
    const { kind, run, task, tries, failure } = invocation;
    if (invocation.zombie || (run.dead && kind !== 'reconcile')) return;
    if (error === undefined) {
      if (kind === 'run' || kind === 'settle') run.ended.add(task);
    } else if (error.name === 'AttemptSuperseded') invoke(kind, run, task, tries, failure);
    else if (error.name === 'TaskBlocked' || error.name === 'RunStopped') run.ended.add(task);
    else if ((error.name === 'TaskFailed' && run.doomed[task]) || ['BudgetUsedUp', 'TaskSkipped', 'RunFailedFast'].includes(error.name))
      invoke('settle', run, task, 0, { Error: error.name, Cause: error.message });
    else problems.push(`${kind} of ${task}: ${error.stack}`);
  };

  /** The execution is stopped: what is under way goes on as a zombie or dies, its gates wait no more. */
  const kill = (run: PlayedRun): void => {
    run.dead = true;
    for (const [token, owner] of openTokens) if (owner.run === run) openTokens.delete(token);
    for (const invocation of live.filter((each) => each.run === run && !each.zombie)) {
      if (random() < 0.5) invocation.zombie = true;
      else live.splice(live.indexOf(invocation), 1);
    }
    invoke('reconcile', run, 0);
  };

  for (const run of runs) for (const task of run.spec.tasks) invoke('admit', run, task.ordinal);
  let crashes = 0;
  let heals = 0;
  for (let step = 0; problems.length === 0; step++) {
    if (step > MAX_STEPS) problems.push('does not end');
    await settleMicrotasks(live);
    if (mortal !== undefined && !mortal.dead && (step >= dieAt || live.length === 0)) {
      kill(mortal);
      continue;
    }
    if (live.length === 0) {
      if (openTokens.size === 0 || heals === MAX_HEALS) break;
      heals++;
      const { run, task } = [...openTokens.values()][pick(openTokens.size)]!;
      invoke('admit', run, task, 99);
      continue;
    }
    const invocation = live[pick(live.length)]!;
    if (invocation.tries < 4 && random() < crashRate) {
      crashes++;
      const isZombie = random() < 0.4;
      const { kind, run, task, tries, failure, zombie: wasZombie } = invocation;
      if (isZombie) {
        invocation.zombie = true;
        invocation.tries = 99;
      } else live.splice(live.indexOf(invocation), 1);
      if (wasZombie || (run.dead && kind !== 'reconcile')) continue;
      const waits = [...openTokens.values()].some((owner) => owner.run === run && owner.task === task);
      if (kind !== 'admit' || waits) invoke(kind, run, task, isZombie ? 1 : tries + 1, failure);
      continue;
    }
    const proceed = invocation.proceed!;
    invocation.proceed = undefined;
    proceed();
  }

  const totals = await base.countTasks(runs[0]!.id);
  const mayCancel = totals.completed >= (maxTokenCount ?? Number.POSITIVE_INFINITY);
  const hasFailedFast = failFast && totals.failed > 0;
  for (const task of runs[0]!.spec.tasks) {
    if (problems.length > 0) break;
    const { spec, doomed, ended } = runs[0]!;
    const status = await statusOf(runs[0]!, task.ordinal);
    const expected = expectedStatus(task.ordinal, spec, doomed);
    const isForFailures = task.rule?.name === 'all_done' || task.rule?.name === 'one_failed';
    if (hasFailedFast) {
      if (!(await isFinal(runs[0]!, task.ordinal)) || (isForFailures && status === 'cancelled'))
        problems.push(`task ${task.ordinal} ended ${status}`);
    } else if (status !== expected && !(mayCancel && status === 'cancelled'))
      problems.push(`task ${task.ordinal} ended ${status}, not ${expected}`);
    if (!ended.has(task.ordinal)) problems.push(`the states of task ${task.ordinal} never ended`);
  }
  const held = await base.listHolders(
    'run',
    Object.entries(runs[0]!.spec.pools).map(([pool, limit]) => ({ pool, limit })),
  );
  // a zombie may take places for a task that has ended; a sweep finds them
  if (problems.length === 0 && held.length > 0 && crashes === 0) problems.push(`places of the run are left with ${held}`);
  // the last state of the run gives back what was taken for tasks that had ended already
  await leaveSharedPools(makeRuntime({ store, engine: idleEngine, dispatch: async () => ({}), clock: idleClock }), 'run');
  const left = await base.listSharedHolders('run', SHARED);
  if (problems.length === 0 && left.length > 0) problems.push(`places of the shared pool are left with ${JSON.stringify(left)}`);
  if ((await base.getRun(runs[0]!.id))!.tokens_used !== (maxTokenCount === undefined ? 0 : totals.completed))
    problems.push('tokens miscounted');
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

/** Final statuses do not depend on the order of steps. */
function expectedStatus(task: number, spec: RunSpec, doomed: readonly boolean[]): string {
  const { dependencies, rule, conditions = [] } = spec.tasks[task]!;
  const statuses = dependencies.map((dependency) => expectedStatus(dependency, spec, doomed));
  const isBad = statuses.some((status) => status === 'failed' || status === 'blocked');
  if (!mayStart(rule?.name, statuses)) return isBad && rule?.name !== 'one_failed' ? 'blocked' : 'skipped';
  const isAsked = conditions.some(({ source }) => statuses[dependencies.indexOf(source)] === 'completed');
  return isAsked ? 'skipped' : doomed[task] ? 'failed' : 'completed';
}

function mayStart(rule: TaskRule = 'all_success', statuses: readonly string[]): boolean {
  const all = (...wanted: string[]): boolean => statuses.every((status) => wanted.includes(status));
  const any = (...wanted: string[]): boolean => statuses.some((status) => wanted.includes(status));
  if (rule === 'one_success') return any('completed');
  if (rule === 'one_failed') return any('failed', 'blocked');
  if (rule === 'all_done') return all('completed', 'failed', 'blocked', 'skipped', 'cancelled');
  return rule === 'none_failed' ? all('completed', 'skipped') : all('completed');
}

/** Most tasks with dependencies decide; those that do not have one dependency, and follow it. */
function withRules(spec: RunSpec, random: () => number, pick: (n: number) => number): RunSpec {
  const tasks = spec.tasks.map((task): TaskRecord => {
    const { dependencies } = task;
    if (dependencies.length === 0 || (dependencies.length === 1 && random() < 0.4)) return task;
    const name = TRIGGER_RULES[pick(TRIGGER_RULES.length)]!;
    const isConditional = random() < 0.25 && !name.startsWith('one_');
    const conditions = isConditional ? { conditions: [{ source: dependencies[0]!, text: '' }] } : {};
    return { ...task, ...conditions, rule: { name, over: dependencies } };
  });
  return { ...spec, tasks };
}

function randomSpec(
  count: number,
  pools: RunSpec['pools'],
  gates: readonly Gate[],
  random: () => number,
  pick: (n: number) => number,
): RunSpec {
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
        gate: { dependencies: own, ...gates[pick(gates.length)]! },
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
