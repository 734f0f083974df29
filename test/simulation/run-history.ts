import { isFinal, isFinalRun, type RunStatus, type TaskStatus } from '../../lib/model/run.ts';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import type { RunOrder } from '../../lib/runtime/ports/runs.ts';
import { FOR_FAILURES, MAY_START } from '../check-events.ts';
import { heldStatuses, type Standing, stoppedBy, wrongEnd } from './compound-rules.ts';
import { type FollowedPlan, type Placed, placeOf } from './placed-task.ts';
import { SHARED_POOL } from './sim-plans.ts';

/** So long after its timeout an attempt of a run that is being paused is taken for dead. */
const GRACE_MS = 30_000;
/** Of the begin or end of a compound. */
const STEP_TIMEOUT_SEC = 60;

interface TaskState {
  status: TaskStatus;
  sinceMs: number;
  attempt: number;
  /** From its first attempt to its end, waits for the next attempt and pauses included. */
  holdsPlace: boolean;
  holdsShared: boolean;
  completions: number;
  /** Of its end, where that has a reason. */
  code: string | undefined;
}

/** `dependencies`: ordinals. */
export type PlannedTask = Pick<TaskRecord, 'id' | 'dependencies' | 'removed'>;

export interface HistoryOptions {
  readonly runId: string;
  readonly plan: FollowedPlan;
  readonly claimLagMs: number;
  readonly problem: (what: string) => void;
}

/** Follows the events of one run and checks each against what was before: the rules that hold whatever goes wrong. */
export class RunHistory {
  readonly events: { readonly event: RunEvent; readonly atMs: number }[] = [];
  runStatus: RunStatus | undefined;
  execution = 0;
  /** The plan as it was changed last. */
  plan: FollowedPlan;
  /** Plans that the run may have, by what tells them apart. */
  readonly #offered = new Map<string | undefined, FollowedPlan>();
  /** What its executions are to do, the latest. */
  #order: Pick<RunOrder, 'mode' | 'is_new_plan'> = { mode: 'start' };
  readonly #options: HistoryOptions;
  readonly #tasks = new Map<string, TaskState>();
  readonly #standing: Standing = { statusOf: (id) => this.statusOf(id), has: (id) => this.#dependencies.has(id) };
  #places = new Map<string, Placed | undefined>();
  #dependencies = new Map<string, readonly string[]>();
  /** Tasks that a failure before this execution keeps from starting. */
  #stopped = new Set<string>();
  #seq = 0;
  #stoppedAtMs = Number.POSITIVE_INFINITY;
  /** A report was not waited for any longer: what was to be reported counts as failed then. */
  gaveUpOnReport = false;
  /** A process died with everything: its attempts have no end. */
  sawDeath = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.plan = options.plan;
    this.offer(options.plan);
  }

  /** A plan that somebody may give the run. */
  offer(plan: FollowedPlan): void {
    this.#offered.set(plan.goal_id, plan);
  }

  planCalled(goalId: string | undefined): FollowedPlan {
    return this.#offered.get(goalId)!;
  }

  /** How a task stands by the events. */
  statusOf(taskId: string): TaskStatus {
    return this.#tasks.get(taskId)?.status ?? 'pending';
  }

  /** Milliseconds since the run was stopped; negative while it is not. */
  sinceStopMs(nowMs: number): number {
    return nowMs - this.#stoppedAtMs;
  }

  /** Tasks that take places of the shared pool. */
  get inSharedPool(): string[] {
    return [...this.#tasks].filter(([, { holdsShared }]) => holdsShared).map(([id]) => `${this.#options.runId} ${id}`);
  }

  /** @param plan its plan from now on */
  reopened(order: Pick<RunOrder, 'mode' | 'is_new_plan'>, plan: FollowedPlan): void {
    this.#order = order;
    this.plan = plan;
    this.#places = new Map();
  }

  /** The task's item is gone: a changed plan has dropped it. */
  forget(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  planned(spec: { readonly tasks: readonly PlannedTask[] }): void {
    this.grown(spec);
    for (const [id, task] of this.#tasks) {
      const dependencies = this.#dependencies.get(id);
      if (dependencies === undefined) this.#tasks.delete(id);
      else if (!this.#mayStart(id)) task.holdsPlace = false; // it was changed
    }
    const unstarted = [...this.#dependencies.keys()].filter((id) => (this.#tasks.get(id)?.attempt ?? 0) === 0 && this.#isStoppable(id));
    const failed = [...this.#dependencies.keys()].filter((id) => this.statusOf(id) === 'failed');
    const failsFast = this.plan.on_failure === 'fail_fast';
    const stopped = new Set(failed.flatMap((id) => stoppedBy(this.#placeOf(id), failsFast, this.#standing)));
    const isIn = (id: string): boolean => stopped.has('plan') || this.#placeOf(id).around.some((around) => stopped.has(around.id));
    this.#stopped = new Set(stopped.size === 0 ? [] : unstarted.filter(isIn));
  }

  /** The tasks that the run has: of a foreach those of its items once there are any. */
  grown({ tasks }: { readonly tasks: readonly PlannedTask[] }): void {
    const present = tasks.filter(({ removed }) => removed !== true);
    this.#dependencies = new Map(present.map(({ id, dependencies }) => [id, dependencies.map((each) => tasks[each]!.id)]));
  }

  take(event: RunEvent, atMs: number): void {
    this.events.push({ event, atMs });
    if (event.seq !== this.#seq + 1) this.#problem(`event ${event.seq} after ${this.#seq}`);
    this.#seq = event.seq;
    const to = event.type.slice(event.type.indexOf('.') + 1);
    if (event.type.startsWith('run.')) this.#takeRun(to as RunStatus, atMs, event);
    else this.#takeTask(event, to as TaskStatus, atMs);
  }

  #takeRun(to: RunStatus, atMs: number, { error }: RunEvent): void {
    const from = this.runStatus;
    if (from !== undefined && isFinalRun(from) && to !== 'queued') this.#problem(`the run went ${from} -> ${to}`);
    if (to === 'queued') this.execution++;
    if (to === 'executing') this.#stoppedAtMs = Number.POSITIVE_INFINITY;
    else if (to !== 'queued') this.#stoppedAtMs = Math.min(this.#stoppedAtMs, atMs);
    if (to === 'paused' && !this.sawDeath) {
      for (const [id, { status, sinceMs }] of this.#tasks) {
        const isDead = atMs >= Math.max(sinceMs, this.#stoppedAtMs) + this.#timeoutMs(id) + GRACE_MS;
        if (status === 'executing' && !isDead) this.#problem(`the run is paused while ${id} is executing`);
      }
    }
    if (to === 'failed' && error?.message.includes('no final status')) this.#problem(`the run ended incomplete: ${error.message}`);
    if (to === 'paused' || isFinalRun(to)) {
      for (const task of this.#tasks.values()) {
        // shared places are given back, and a task has all its places or none
        if (task.holdsShared) task.holdsPlace = false;
        task.holdsShared = false;
        if (isFinalRun(to) && !isFinal(task.status)) this.#problem(`the run is ${to} while a task is ${task.status}`);
      }
    }
    this.runStatus = to;
  }

  #takeTask(event: RunEvent, to: TaskStatus, atMs: number): void {
    const id = event.task_id!;
    const task = this.#taskOf(id);
    const from = task.status;
    const attempt = event.attempt ?? 0;
    const change = `${id} went ${from} -> ${to} in attempt ${attempt} after ${task.attempt}`;
    switch (to) {
      case 'executing':
        if (isFinal(from) || attempt !== task.attempt + 1) this.#problem(change);
        this.#checkStart(id, atMs);
        task.attempt = attempt;
        break;
      case 'completed':
        if (from !== 'executing' || attempt !== task.attempt) this.#problem(change);
        task.completions++;
        break;
      case 'pending':
        if (event.error !== undefined) {
          if (from !== 'executing' || attempt !== task.attempt) this.#problem(change);
          if (event.error.message.includes('has not ended within')) this.gaveUpOnReport = true;
          if (event.error.code === 'E5200') this.#problem(`${id} has a failure that is none: ${event.error.message}`);
        } else this.#checkReset(id, task);
        break;
      default:
        if (isFinal(from)) this.#problem(change);
    }
    task.status = to;
    task.code = event.error?.code;
    task.sinceMs = atMs;
    const place = this.#placeOf(id);
    if (isFinal(to) && (place.role === 'compound' || place.role === 'foreach')) {
      const wrong = wrongEnd(place, to, task.code, this.#standing);
      if (wrong !== undefined) this.#problem(wrong);
    }
    if (to === 'executing' && place.role === 'task') {
      task.holdsPlace = true;
      task.holdsShared = this.#poolOf(id) === SHARED_POOL;
      this.#checkLimits();
    } else if (isFinal(to)) {
      task.holdsPlace = false;
      task.holdsShared = false;
    }
  }

  #checkStart(id: string, atMs: number): void {
    if (!this.#mayStart(id)) this.#problem(`${id} (${this.#placeOf(id).rule}) started while its dependencies were ${this.#before(id)}`);
    if (this.#stopped.has(id)) this.#problem(`${id} started although a task had failed before, after which it was not to`);
    if (this.runStatus === 'executing' || this.runStatus === 'queued') return;
    const isStopping = this.runStatus === 'pausing' || this.runStatus === 'cancelling';
    const mayLag = isStopping && this.sinceStopMs(atMs) <= this.#options.claimLagMs && this.#options.claimLagMs > 0;
    if (!mayLag) this.#problem(`${id} started while the run was ${this.runStatus}`);
  }

  #checkReset(id: string, { status: from, code }: TaskState): void {
    if (this.runStatus !== 'queued') this.#problem(`${id} was reset while the run was ${this.runStatus}`);
    const { mode, is_new_plan = false } = this.#order;
    if (from === 'completed' && !(mode === 'retry' && is_new_plan)) this.#problem(`${id} had completed and was reset to ${mode}`);
    if (from === 'cancelled' && code !== 'E5200' && mode !== 'retry')
      this.#problem(`${id} was cancelled by ${code} and was reset to ${mode}`);
    if ((from === 'failed' || from === 'blocked' || from === 'skipped') && mode !== 'retry')
      this.#problem(`${id} had ${from} and was reset to ${mode}`);
  }

  #checkLimits(): void {
    const inside = [...this.#tasks].filter(([, { holdsPlace }]) => holdsPlace).map(([id]) => id);
    const most = this.plan.resource_budget.max_parallel_tasks;
    if (inside.length > most) this.#problem(`${inside.length} tasks at once, limit ${most}: ${inside.join()}`);
    for (const [pool, size] of Object.entries(this.plan.pools)) {
      const inPool = inside.filter((id) => this.#poolOf(id) === pool);
      if (inPool.length > size) this.#problem(`${inPool.length} tasks of pool ${pool} at once, limit ${size}: ${inPool.join()}`);
    }
    const limited = inside.flatMap((id) =>
      this.#placeOf(id)
        .around.filter(isLimited)
        .map(({ task }) => ({ id, task })),
    );
    for (const [{ task_id, max_concurrency }, within] of Map.groupBy(limited, ({ task }) => task)) {
      const ids = within.map(({ id }) => id);
      if (ids.length > max_concurrency!)
        this.#problem(`${ids.length} tasks of the foreach ${task_id} at once, limit ${max_concurrency}: ${ids}`);
    }
  }

  #mayStart(id: string): boolean {
    const place = this.#placeOf(id);
    if (place.role === 'compound')
      return heldStatuses(place, this.#standing).every((status) => status === 'completed' || status === 'skipped');
    if (place.role === 'foreach') return heldStatuses(place, this.#standing).every(isFinal);
    const begun = place.around.every(
      (around) => (around.id === place.around[0]!.id && place.role === 'begin') || this.#hasBegun(around.id),
    );
    return begun && MAY_START[place.rule]!(this.#before(id)) && (place.rule !== 'all_done' || this.#whollyEnded(id));
  }

  /** Of a compound that has no begin nobody waits for it. */
  #hasBegun(id: string): boolean {
    const begin = `${id}/(begin)`;
    return !this.#dependencies.has(begin) || this.statusOf(begin) === 'completed';
  }

  /** Whether all has ended that is in what a task depends on. */
  #whollyEnded(id: string): boolean {
    const on = this.#dependencies.get(id) ?? [];
    return [...this.#dependencies.keys()].every(
      (other) => !on.some((each) => other.startsWith(`${each}/`)) || isFinal(this.statusOf(other)),
    );
  }

  /** How that stands of which its rule asks. */
  #before(id: string): string[] {
    return (this.#dependencies.get(id) ?? []).filter((each) => this.#placeOf(each).role !== 'begin').map((each) => this.statusOf(each));
  }

  /** What a failure keeps from starting: the ends of compounds follow from what is in them. */
  #isStoppable(id: string): boolean {
    const { role, rule } = this.#placeOf(id);
    return (role === 'task' || role === 'begin') && !FOR_FAILURES.has(rule);
  }

  #placeOf(id: string): Placed {
    if (!this.#places.has(id)) this.#places.set(id, placeOf(this.plan.tasks, id));
    return this.#places.get(id) ?? { id, task: { task_id: id }, role: 'task', rule: 'all_success', around: [] };
  }

  #taskOf(id: string): TaskState {
    let task = this.#tasks.get(id);
    if (task === undefined) {
      task = { status: 'pending', sinceMs: 0, attempt: 0, holdsPlace: false, holdsShared: false, completions: 0, code: undefined };
      this.#tasks.set(id, task);
    }
    return task;
  }

  /** That of what it is in, where it says nothing itself. */
  #poolOf(id: string): string | null {
    const place = this.#placeOf(id);
    return [place, ...place.around].find(({ task }) => task.pool != null)?.task.pool ?? null;
  }

  #timeoutMs(id: string): number {
    const { role, task } = this.#placeOf(id);
    return (role === 'task' ? (task.timeout_seconds ?? 0) : STEP_TIMEOUT_SEC) * 1000;
  }

  #problem(what: string): void {
    this.#options.problem(`${this.#options.runId}: ${what}`);
  }
}

function isLimited({ role, task }: Placed): boolean {
  return role === 'foreach' && task.max_concurrency !== undefined;
}
