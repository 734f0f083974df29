import { Decisions } from './decisions.ts';
import { failedOf, isFinal, type Node, startRuleOf, wholeOf } from './node.ts';
import type { Final } from './trigger-rules.ts';
import { Values, valuesOr } from './values.ts';
import type { Json, JsonRecord, Script, WholePlan } from './whole-plan.ts';
import { childOf, type Definition, isTolerant, toleratedOf, WrittenPlan } from './written-plan.ts';

/** What is not part of the plan. */
export interface ModelOptions {
  readonly scriptOf: (id: string) => Script;
  /** What the tasks of an attempt put out that was given these inputs. */
  readonly answer: (script: Script, inputs: JsonRecord) => JsonRecord;
  /** What a condition comes to. */
  readonly holds: (condition: string, outputs: JsonRecord) => boolean | 'error';
  /** Whether a task, which a failure of this very moment would cancel, was quicker. */
  readonly isSpared?: (id: string, nowMs: number) => boolean;
}

const FOR_FAILURES = ['all_done', 'one_failed'];
/** Of a retry policy that says no more than how often. */
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;

/**
 * A plan while it runs, read off the words of docs/deciding.md and docs/compound.md; it shares no code with the project. Who uses it says
 * what happens when: `take` gives a task that is ready its places, `endAttempt` ends an attempt. All that follows at once follows from that.
 */
export class ModelRun {
  readonly nodes = new Map<string, Node>();
  nowMs = 0;
  /** Two things happened in one moment of which the words do not say which is first, and one of them stops others. */
  tied = false;
  readonly #plan: WholePlan;
  readonly #options: ModelOptions;
  readonly #written: WrittenPlan;
  readonly #values: Values;
  readonly #decisions: Decisions;
  readonly #roots: Node[] = [];
  /** Compounds and foreach, or the plan, in which nothing starts any more but what is there for failures. */
  readonly #stopped = new Set<Node | 'plan'>();
  #unreported: Node[] = [];
  #lastStopMs = -1;
  #lastEndMs = -1;

  constructor(plan: WholePlan, options: ModelOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#written = new WrittenPlan(plan);
    this.#values = new Values(this.#written, this.#roots);
    this.#decisions = new Decisions(this.#written, this.#roots);
    this.#roots.push(...this.#written.tasks.map((definition) => this.#add(definition, undefined)));
    this.#settle();
  }

  /** The tasks that are ready, and wait for their places only. */
  get ready(): Node[] {
    return [...this.nodes.values()].filter(({ status }) => status === 'place');
  }

  get running(): Node[] {
    return [...this.nodes.values()].filter(({ status }) => status === 'runs' || status === 'again');
  }

  /** Whether all places that a task needs are free. @param without one that has places, as if it had none */
  hasRoom(node: Node, without?: Node): boolean {
    const taken = this.running.filter((other) => other !== without).map((other) => this.#placesOf(other));
    return [...this.#placesOf(node)].every(([place, limit]) => taken.filter((places) => places.has(place)).length < limit);
  }

  priorityOf({ definition }: Node): number {
    for (let at: Definition | undefined = definition; at !== undefined; at = at.parent)
      if (at.task.priority !== undefined) return at.task.priority;
    return 0;
  }

  /** What becomes of a task once it has its places: `runs`, unless a condition or a binding is against it. */
  outcomeOf(node: Node): 'runs' | 'skipped' | 'failed' {
    return this.#prepare(node).outcome;
  }

  /** Gives a task that is ready its places. */
  take(node: Node): void {
    const { outcome, inputs } = this.#prepare(node);
    if (outcome !== 'runs') {
      this.#endItself(node, outcome);
      return;
    }
    node.inputs = inputs;
    node.startMs = this.nowMs;
    this.beginAttempt(node);
  }

  beginAttempt(node: Node): void {
    node.status = 'runs';
    node.attempt++;
    node.dueMs = this.nowMs + this.#options.scriptOf(node.id).ms;
  }

  /** What the attempt that is under way comes to; `again`: it fails, and is not the last. */
  endOf({ id, attempt, definition }: Node): 'completed' | 'again' | 'failed' {
    const { failTimes } = this.#options.scriptOf(id);
    if (failTimes >= 0 && attempt > failTimes) return 'completed';
    let attempts = 1;
    for (let at: Definition | undefined = definition; at !== undefined; at = at.parent) {
      attempts *= 1 + (at.task.retry_policy?.max_retries ?? (at.subtasks.length > 0 ? 0 : 3));
    }
    return attempt < attempts ? 'again' : 'failed';
  }

  endAttempt(node: Node): void {
    const end = this.endOf(node);
    if (end === 'again') {
      node.status = 'again';
      node.dueMs = this.nowMs + Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (node.attempt - 1));
      return;
    }
    if (end === 'completed') node.outputs = this.#options.answer(this.#options.scriptOf(node.id), node.inputs);
    this.#endItself(node, end);
  }

  /** How the run ends once all tasks have: what a foreach has completed without does not fail it. */
  get status(): 'completed' | 'failed' {
    const isForgiven = ({ parent }: Node): boolean =>
      parent !== undefined && ((parent.role === 'foreach' && parent.status === 'completed') || isForgiven(parent));
    const isBad = (node: Node): boolean => (node.status === 'failed' || node.status === 'cancelled') && !isForgiven(node);
    return [...this.nodes.values()].some(isBad) ? 'failed' : 'completed';
  }

  #placesOf({ definition, parent }: Node): Map<string, number> {
    const places = new Map([['the run', this.#plan.resource_budget.max_parallel_tasks]]);
    for (let at: Definition | undefined = definition; at !== undefined; at = at.parent) {
      if (at.task.pool === undefined) continue;
      places.set(`pool ${at.task.pool}`, this.#plan.pools![at.task.pool]!);
      break;
    }
    for (let at = parent; at !== undefined; at = at.parent) {
      const limit = at.role === 'foreach' ? at.definition.task.max_concurrency : undefined;
      // of one within another it is over all items of that
      if (limit !== undefined) places.set(`foreach ${at.definition.task.task_id}`, limit);
    }
    return places;
  }

  #add(definition: Definition, parent: Node | undefined, item?: Node['item']): Node {
    const { task } = definition;
    const isWhole = task.foreach !== undefined && item === undefined;
    const role = isWhole ? 'foreach' : definition.subtasks.length > 0 ? 'compound' : 'task';
    const name = item === undefined ? task.task_id : String(item.index);
    const id = parent === undefined ? name : `${parent.id}/${name}`;
    const fresh = { status: 'waits', readyMs: -1, startMs: undefined, dueMs: -1, endMs: -1, attempt: 0, inputs: {}, outputs: {} } as const;
    const node: Node = { id, definition, role, parent, item, begin: undefined, subtasks: [], ...fresh };
    this.nodes.set(id, node);
    if (isWhole || (role === 'compound' && this.#written.hasBegin(definition, item !== undefined))) {
      const begin: Node = { ...node, id: `${id}/(begin)`, role: 'begin', parent: node, item: undefined, subtasks: [] };
      this.nodes.set(begin.id, begin);
      (node as { begin: Node | undefined }).begin = begin;
    }
    if (role === 'compound') node.subtasks.push(...definition.subtasks.map((subtask) => this.#add(subtask, node)));
    return node;
  }

  /** All that follows at once from how things stand: first how tasks end that never run, then what failures stop; only then anything begins, or a foreach ends. */
  #settle(): void {
    do {
      do {
        while (
          [...this.nodes.values()]
            .filter((node) => !isFinal(node))
            .map((node) => this.#follow(node))
            .includes(true)
        );
        const failed = this.#unreported;
        this.#unreported = [];
        for (const node of failed) this.#report(node);
      } while (this.#sweep());
    } while (this.#step());
  }

  /** Begins, and ends foreach that have begun: a foreach comes to its end by itself, not with its last item. */
  #step(): boolean {
    const all = [...this.nodes.values()];
    const begins = all.filter((node) => node.role === 'begin' && node.status === 'waits' && this.#decisions.decide(node) === 'run');
    const ends = all.filter((node) => this.#hasAllItems(node) && !isFinal(node) && this.#decisions.endOfWhole(node) !== undefined);
    if (begins.length > 0) this.#lastEndMs = this.nowMs;
    for (const node of begins) this.#begin(node);
    for (const node of ends) this.#endWhole(node, this.#decisions.endOfWhole(node)!);
    return begins.length + ends.length > 0;
  }

  #hasAllItems({ role, begin }: Node): boolean {
    return role === 'foreach' && begin!.status === 'completed';
  }

  /** @returns whether something has become of it */
  #follow(node: Node): boolean {
    if (isFinal(node)) return false;
    if (node.role === 'compound' || node.role === 'foreach') {
      const end = this.#hasAllItems(node) ? undefined : this.#decisions.endOfWhole(node);
      if (end !== undefined) this.#endWhole(node, end);
      return end !== undefined;
    }
    if (node.status !== 'waits') return false;
    const decision = this.#decisions.decide(node);
    if (decision === undefined || (decision === 'run' && node.role === 'begin')) return false;
    if (decision !== 'run') this.#end(node, decision);
    else {
      node.status = 'place';
      node.readyMs = this.nowMs;
    }
    return true;
  }

  #end(node: Node, status: Final): void {
    node.status = status;
    node.endMs = this.nowMs;
    if (status === 'failed') this.#unreported.push(node);
  }

  /** Not because of others. */
  #endItself(node: Node, status: Final): void {
    if (this.#lastStopMs === this.nowMs) this.tied = true;
    this.#end(node, status);
    this.#settle();
    this.#lastEndMs = this.nowMs;
  }

  #endWhole(node: Node, status: Final): void {
    if (status !== 'completed') {
      this.#end(node, status);
    } else if (node.role === 'foreach') {
      const results = node.subtasks.map((item) => (item.status === 'completed' ? item.outputs : null));
      node.outputs = { results, count: results.length, failed: failedOf(node.subtasks) };
      this.#end(node, 'completed');
    } else {
      const inside = { ...node, parent: node };
      const outputs = valuesOr(() => this.#values.values(node.definition.task.outputs ?? {}, inside, childOf(node.definition)));
      if (outputs !== undefined) node.outputs = outputs;
      this.#end(node, outputs === undefined ? 'failed' : 'completed');
    }
  }

  #begin(node: Node): void {
    const { outcome } = this.#prepare(node);
    const whole = node.parent!;
    if (outcome !== 'runs') this.#end(node, outcome);
    else if (whole.role === 'compound') this.#end(node, 'completed');
    else {
      const list = valuesOr(() => this.#values.values({ list: node.definition.task.foreach! }, whole, node.definition))?.list;
      const items = Array.isArray(list) ? (list as readonly Json[]) : undefined;
      whole.subtasks.push(...(items ?? []).map((item, index) => this.#add(node.definition, whole, { item, index })));
      this.#end(node, items === undefined ? 'failed' : 'completed');
    }
  }

  /** The conditions of a task, then its inputs. */
  #prepare(node: Node): { readonly outcome: 'runs' | 'skipped' | 'failed'; readonly inputs: JsonRecord } {
    for (const { node: other, condition } of this.#decisions.dependenciesOf(node)) {
      if (condition === undefined || other.status !== 'completed') continue;
      const answer = this.#options.holds(condition, other.outputs);
      if (answer !== true) return { outcome: answer === 'error' ? 'failed' : 'skipped', inputs: {} };
    }
    if (node.role === 'begin' && node.parent!.role === 'foreach') return { outcome: 'runs', inputs: {} };
    const inputs = valuesOr(() => this.#values.inputsOf(wholeOf(node)));
    return inputs === undefined ? { outcome: 'failed', inputs: {} } : { outcome: 'runs', inputs };
  }

  /** What a failure stops: the compounds around it that fail fast, up to a foreach that tolerates it, or the plan. */
  #report(failed: Node): void {
    for (let at = failed.parent; at !== undefined; at = at.parent) {
      const { definition, role, subtasks } = at;
      const isLenient = role === 'foreach' && isTolerant(definition);
      const isBeyond = !isLenient || failedOf(subtasks) > toleratedOf(definition.task, subtasks.length);
      const isFast = definition.task.on_failure === 'fail_fast' && at.item === undefined;
      if (isFast && isBeyond) this.#stop(at, failed);
      if (isLenient) return;
    }
    if (this.#plan.on_failure === 'fail_fast') this.#stop('plan', failed);
  }

  #stop(scope: Node | 'plan', { role, begin }: Node): void {
    if (this.#stopped.has(scope)) return;
    // what made a step begin or end may have made others ready as well
    if (this.#lastEndMs === this.nowMs || role === 'begin' || role === 'compound' || begin?.status === 'failed') this.tied = true;
    this.#stopped.add(scope);
    this.#lastStopMs = this.nowMs;
  }

  #sweep(): boolean {
    if (this.#stopped.size === 0) return false;
    const isStopped = (node: Node): boolean => {
      if (this.#stopped.has('plan')) return true;
      for (let at = node.parent; at !== undefined; at = at.parent) if (this.#stopped.has(at)) return true;
      return false;
    };
    const swept = [...this.nodes.values()].filter((node) => {
      const { id, role, status } = node;
      const isStep = role === 'compound' || role === 'foreach';
      const isOpen = status === 'waits' || status === 'place';
      const isForFailures = FOR_FAILURES.includes(startRuleOf(node));
      return !isStep && isOpen && !isForFailures && isStopped(node) && this.#options.isSpared?.(id, this.nowMs) !== true;
    });
    for (const node of swept) this.#end(node, 'cancelled');
    return swept.length > 0;
  }
}
