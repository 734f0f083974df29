import { isFinal, isFinalRun, type RunStatus, type TaskStatus } from '../../lib/model/run.ts';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import type { RunEvent } from '../../lib/runtime/ports/run-event.ts';
import type { RunOrder } from '../../lib/runtime/ports/runs.ts';
import { FOR_FAILURES, MAY_START } from '../check-events.ts';
import { SHARED_POOL, type SimPlan } from './sim-plans.ts';

/** So long after its timeout an attempt of a run that is being paused is taken for dead. */
const GRACE_MS = 30_000;

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
  readonly plan: SimPlan;
  readonly claimLagMs: number;
  readonly problem: (what: string) => void;
}

/** Follows the events of one run and checks each against what was before: the rules that hold whatever goes wrong. */
export class RunHistory {
  readonly events: { readonly event: RunEvent; readonly atMs: number }[] = [];
  runStatus: RunStatus | undefined;
  execution = 0;
  /** The plan as it was changed last. */
  plan: SimPlan;
  /** What its executions are to do, the latest. */
  #order: Pick<RunOrder, 'mode' | 'is_new_plan'> = { mode: 'start' };
  readonly #options: HistoryOptions;
  readonly #tasks = new Map<string, TaskState>();
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
  reopened(order: Pick<RunOrder, 'mode' | 'is_new_plan'>, plan: SimPlan): void {
    this.#order = order;
    this.plan = plan;
  }

  /** The task's item is gone: a changed plan has dropped it. */
  forget(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  planned({ tasks }: { readonly tasks: readonly PlannedTask[] }): void {
    const present = tasks.filter(({ removed }) => removed !== true);
    this.#dependencies = new Map(present.map(({ id, dependencies }) => [id, dependencies.map((each) => tasks[each]!.id)]));
    for (const [id, task] of this.#tasks) {
      const dependencies = this.#dependencies.get(id);
      if (dependencies === undefined) this.#tasks.delete(id);
      else if (!this.#mayStart(id)) task.holdsPlace = false; // it was changed
    }
    const failsFast = this.plan.on_failure === 'fail_fast' && present.some(({ id }) => this.#statusOf(id) === 'failed');
    const unstarted = present.filter(({ id }) => (this.#tasks.get(id)?.attempt ?? 0) === 0 && !FOR_FAILURES.has(this.#ruleOf(id)));
    this.#stopped = new Set(failsFast ? unstarted.map(({ id }) => id) : []);
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
    if (to === 'executing') {
      task.holdsPlace = true;
      task.holdsShared = this.#poolOf(id) === SHARED_POOL;
      this.#checkLimits();
    } else if (isFinal(to)) {
      task.holdsPlace = false;
      task.holdsShared = false;
    }
  }

  #checkStart(id: string, atMs: number): void {
    if (!this.#mayStart(id)) this.#problem(`${id} (${this.#ruleOf(id)}) started while its dependencies were ${this.#before(id)}`);
    if (this.#stopped.has(id)) this.#problem(`${id} started although a task of the fail_fast plan had failed before`);
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
  }

  #mayStart(id: string): boolean {
    return MAY_START[this.#ruleOf(id)]!(this.#before(id));
  }

  #before(id: string): string[] {
    return (this.#dependencies.get(id) ?? []).map((each) => this.#statusOf(each));
  }

  #ruleOf(id: string): string {
    return this.plan.tasks.find(({ task_id }) => task_id === id)?.trigger_rule ?? 'all_success';
  }

  #taskOf(id: string): TaskState {
    let task = this.#tasks.get(id);
    if (task === undefined) {
      task = { status: 'pending', sinceMs: 0, attempt: 0, holdsPlace: false, holdsShared: false, completions: 0, code: undefined };
      this.#tasks.set(id, task);
    }
    return task;
  }

  #statusOf(id: string): TaskStatus {
    return this.#tasks.get(id)?.status ?? 'pending';
  }

  #poolOf(id: string): string | null {
    return this.plan.tasks.find(({ task_id }) => task_id === id)?.pool ?? null;
  }

  #timeoutMs(id: string): number {
    return (this.plan.tasks.find(({ task_id }) => task_id === id)?.timeout_seconds ?? 0) * 1000;
  }

  #problem(what: string): void {
    this.#options.problem(`${this.#options.runId}: ${what}`);
  }
}
