import { byRule, FINAL, type Final } from './model-rules.ts';
import type { Json, JsonRecord, PlanTask, Script, WholePlan } from './whole-plan.ts';

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

/** A task where it is written. */
interface Definition {
  readonly task: PlanTask;
  readonly parent: Definition | undefined;
  readonly subtasks: Definition[];
}

/** A task as it is there while the plan runs: of a foreach once as a whole, and once for each item. */
export interface Node {
  readonly id: string;
  readonly definition: Definition;
  readonly role: 'task' | 'compound' | 'foreach' | 'begin';
  /** The compound or foreach that it is in; of a begin, the one that it begins. */
  readonly parent: Node | undefined;
  readonly item: { readonly item: Json; readonly index: number } | undefined;
  /** Of a compound or foreach. */
  readonly begin: Node | undefined;
  readonly subtasks: Node[];
  /** `waits` for others, or, when they let it run, for a `place`; then it `runs`, or waits for another attempt (`again`). */
  status: 'waits' | 'place' | 'runs' | 'again' | Final;
  /** When it was let run; when its first attempt began; when its attempt, or its wait for the next one, ends; when it ended. */
  readyMs: number;
  startMs: number | undefined;
  dueMs: number;
  endMs: number;
  attempt: number;
  inputs: JsonRecord;
  outputs: JsonRecord;
}

const FOR_FAILURES = ['all_done', 'one_failed'];
const ONE_BINDING = /^\{\{([^}]+)\}\}$/;
/** Of a retry policy that says no more than how often. */
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;

/** A binding has no value, or a list is none. */
class NoValueError extends Error {}

export function isFinal({ status }: Pick<Node, 'status'>): boolean {
  return FINAL.includes(status);
}

/** Whether a failure leaves room for more, so that it is the foreach that fails by it and nothing around. */
function isTolerant({ task }: Definition): boolean {
  return Number.parseFloat(String(task.tolerated_failures ?? 0)) > 0;
}

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
  readonly #definitions: Definition[];
  readonly #roots: Node[];
  readonly #own = new Map<Definition, readonly Definition[]>();
  /** Compounds and foreach, or the plan, in which nothing starts any more but what is there for failures. */
  readonly #stopped = new Set<Node | 'plan'>();
  #unreported: Node[] = [];
  #lastStopMs = -1;
  #lastEndMs = -1;

  constructor(plan: WholePlan, options: ModelOptions) {
    this.#plan = plan;
    this.#options = options;
    const define = (task: PlanTask, parent: Definition | undefined): Definition => {
      const definition: Definition = { task, parent, subtasks: [] };
      definition.subtasks.push(...(task.subtasks ?? []).map((subtask) => define(subtask, definition)));
      return definition;
    };
    this.#definitions = plan.tasks.map((task) => define(task, undefined));
    this.#roots = this.#definitions.map((definition) => this.#add(definition, undefined));
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
    if (isWhole || (role === 'compound' && this.#hasBegin(definition, item !== undefined))) {
      const begin: Node = { ...node, id: `${id}/(begin)`, role: 'begin', parent: node, item: undefined, subtasks: [] };
      this.nodes.set(begin.id, begin);
      (node as { begin: Node | undefined }).begin = begin;
    }
    if (role === 'compound') node.subtasks.push(...definition.subtasks.map((subtask) => this.#add(subtask, node)));
    return node;
  }

  /** "a begin is there only where a compound has a timeout, a trigger rule or a condition, or waits for something while a subtask has a trigger rule" */
  #hasBegin(definition: Definition, isItem: boolean): boolean {
    const { task, subtasks } = definition;
    if (task.timeout_seconds !== undefined) return true;
    if (!isItem && (ruleOf(task) !== 'all_success' || (task.dependencies ?? []).some(({ condition }) => condition !== undefined)))
      return true;
    return subtasks.some((subtask) => ruleOf(subtask.task) !== 'all_success') && (isItem || this.#waits(definition));
  }

  #waits(definition: Definition): boolean {
    const { parent } = definition;
    if (this.#ownOf(definition).length > 0) return true;
    return parent !== undefined && (parent.task.foreach !== undefined || this.#hasBegin(parent, false) || this.#waits(parent));
  }

  /** What a task as it is written depends on itself; a foreach also on what is bound in its items and lies outside of it. */
  #ownOf(definition: Definition): readonly Definition[] {
    let own = this.#own.get(definition);
    if (own === undefined) {
      const { task } = definition;
      const isForeach = task.foreach !== undefined;
      const declared = (task.dependencies ?? []).map(({ task_id }) => this.#find(task_id, definition)!);
      const read = this.#sourcesOf(isForeach ? { list: task.foreach } : task.inputs, definition);
      // what is read outside of the foreach around it, that one waits for
      const border = foreachAround(definition);
      const near = [...read, ...(isForeach ? this.#readInItems(definition) : [])].filter(
        (other) => border === undefined || isWithin(other, border),
      );
      own = [...new Set([...declared, ...near])];
      this.#own.set(definition, own);
    }
    return own;
  }

  /** What the items of a foreach read outside of it. */
  #readInItems(foreach: Definition): Definition[] {
    const readIn = (definition: Definition): Definition[] => [
      ...this.#sourcesOf(definition.task.inputs, definition),
      ...(definition === foreach || definition.task.foreach === undefined
        ? []
        : this.#sourcesOf({ list: definition.task.foreach }, definition)),
      ...definition.subtasks.flatMap(readIn),
    ];
    return readIn(foreach).filter((other) => other !== foreach && !isWithin(other, foreach));
  }

  #sourcesOf(templates: JsonRecord | undefined, from: Definition): Definition[] {
    return bindingsIn(templates).flatMap((text) => this.#sourceOf(text, from) ?? []);
  }

  /** The task that is called so where another is written. */
  #find(path: string, from: Definition): Definition | undefined {
    const steps = path.split('/');
    for (let scope = from.parent; ; scope = scope.parent) {
      let found: Definition | undefined;
      let among = scope === undefined ? this.#definitions : scope.subtasks;
      for (const step of steps) {
        found = among.find(({ task }) => task.task_id === step);
        among = found?.subtasks ?? [];
      }
      if (found !== undefined || scope === undefined) return found;
    }
  }

  /** The task that a binding reads; undefined for `item` and `index`. */
  #sourceOf(text: string, from: Definition): Definition | undefined {
    const [source] = text.split('.');
    return source === 'item' || source === 'index' ? undefined : this.#find(source!, from);
  }

  /** The task that is meant by where it is written, for who looks from where it stands. */
  #nodeOf(definition: Definition, from: Node): Node {
    const isAround = ({ definition: around }: Node): boolean => isWithin(definition, around);
    let scope = from.parent;
    while (scope !== undefined && !isAround(scope)) scope = scope.parent;
    for (let among = scope === undefined ? this.#roots : scope.subtasks; ; ) {
      const next = among.find((node) => node.definition === definition || isAround(node))!;
      if (next.definition === definition) return next;
      among = next.subtasks;
    }
  }

  /** Of a begin that is what its compound says; items have none. */
  #dependenciesOf(node: Node): { readonly node: Node; readonly condition: string | undefined }[] {
    const whole = wholeOf(node);
    if (whole.item !== undefined) return [];
    const { definition } = node;
    const conditions = new Map((definition.task.dependencies ?? []).map((each) => [this.#find(each.task_id, definition), each.condition]));
    return this.#ownOf(definition).map((own) => ({ node: this.#nodeOf(own, whole), condition: conditions.get(own) }));
  }

  /** What a task without a trigger rule waits for with the compounds around it. */
  #inherited(container: Node | undefined, definition: Definition, isItem: boolean): Node[] {
    if (container === undefined) return [];
    if (!isItem && this.#ownOf(definition).some((own) => isWithin(own, container.definition))) return [];
    if (container.begin !== undefined) return [container.begin];
    const own = this.#dependenciesOf(container).map(({ node }) => node);
    return [...own, ...this.#inherited(container.parent, container.definition, container.item !== undefined)];
  }

  /** What becomes of a task, or of a begin, as those before it stand; undefined: more of them have to end. */
  #decide(node: Node): 'run' | Final | undefined {
    const whole = wholeOf(node);
    const rule = startRuleOf(node);
    const own = this.#dependenciesOf(node).map((each) => each.node);
    if (rule === 'all_success') {
      const inherited = this.#inherited(whole.parent, node.definition, whole.item !== undefined);
      return byRule(
        rule,
        [...new Set([...own, ...inherited])].map(({ status }) => status),
      );
    }
    const guard = whole.parent?.begin;
    if (guard !== undefined && guard.status !== 'completed')
      return !isFinal(guard) ? undefined : guard.status === 'failed' ? 'blocked' : (guard.status as Final);
    if (rule === 'all_done') return own.every(hasWhollyEnded) ? 'run' : undefined;
    return byRule(
      rule,
      own.map(({ status }) => status),
    );
  }

  /** How a compound or foreach ends; undefined: it does not yet. */
  #endOfWhole({ role, begin, subtasks, definition }: Node): Final | undefined {
    if (begin !== undefined && begin.status !== 'completed') return isFinal(begin) ? (begin.status as Final) : undefined;
    const has = (...statuses: string[]): boolean => subtasks.some(({ status }) => statuses.includes(status));
    if (role === 'foreach') {
      if (!subtasks.every(hasWhollyEnded)) return undefined;
      if (failedOf(subtasks) > toleratedOf(definition.task, subtasks.length)) return 'failed';
      return has('cancelled') ? 'cancelled' : 'completed';
    }
    if (has('failed')) return 'failed';
    if (!subtasks.every(isFinal)) return undefined;
    if (has('blocked')) return 'blocked';
    if (has('cancelled')) return 'cancelled';
    return has('completed') ? 'completed' : 'skipped';
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
    const begins = all.filter((node) => node.role === 'begin' && node.status === 'waits' && this.#decide(node) === 'run');
    const ends = all.filter((node) => this.#hasAllItems(node) && !isFinal(node) && this.#endOfWhole(node) !== undefined);
    if (begins.length > 0) this.#lastEndMs = this.nowMs;
    for (const node of begins) this.#begin(node);
    for (const node of ends) this.#endWhole(node, this.#endOfWhole(node)!);
    return begins.length + ends.length > 0;
  }

  #hasAllItems({ role, begin }: Node): boolean {
    return role === 'foreach' && begin!.status === 'completed';
  }

  /** @returns whether something has become of it */
  #follow(node: Node): boolean {
    if (isFinal(node)) return false;
    if (node.role === 'compound' || node.role === 'foreach') {
      const end = this.#hasAllItems(node) ? undefined : this.#endOfWhole(node);
      if (end !== undefined) this.#endWhole(node, end);
      return end !== undefined;
    }
    if (node.status !== 'waits') return false;
    const decision = this.#decide(node);
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
      const outputs = valuesOr(() => this.#values(node.definition.task.outputs ?? {}, inside, childOf(node.definition)));
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
      const list = valuesOr(() => this.#values({ list: node.definition.task.foreach! }, whole, node.definition))?.list;
      const items = Array.isArray(list) ? (list as readonly Json[]) : undefined;
      whole.subtasks.push(...(items ?? []).map((item, index) => this.#add(node.definition, whole, { item, index })));
      this.#end(node, items === undefined ? 'failed' : 'completed');
    }
  }

  /** The conditions of a task, then its inputs. */
  #prepare(node: Node): { readonly outcome: 'runs' | 'skipped' | 'failed'; readonly inputs: JsonRecord } {
    for (const { node: other, condition } of this.#dependenciesOf(node)) {
      if (condition === undefined || other.status !== 'completed') continue;
      const answer = this.#options.holds(condition, other.outputs);
      if (answer !== true) return { outcome: answer === 'error' ? 'failed' : 'skipped', inputs: {} };
    }
    if (node.role === 'begin' && node.parent!.role === 'foreach') return { outcome: 'runs', inputs: {} };
    const inputs = valuesOr(() => this.#inputsOf(wholeOf(node)));
    return inputs === undefined ? { outcome: 'failed', inputs: {} } : { outcome: 'runs', inputs };
  }

  /** Its own, and those of the compounds around it that it does not set, as they are meant where they are written. */
  #inputsOf(node: Node): JsonRecord {
    const own = this.#values(node.definition.task.inputs ?? {}, node, node.definition);
    let inputs = own;
    for (let at = node.parent; at !== undefined; at = at.parent) {
      if (at.role !== 'compound') continue;
      const unset = Object.entries(at.definition.task.inputs ?? {}).filter(([key]) => !Object.hasOwn(inputs, key));
      inputs = { ...this.#values(Object.fromEntries(unset), at, at.definition), ...inputs };
    }
    return inputs;
  }

  /** Templates as whoever has them reads them. @param definition where they are written */
  #values(templates: JsonRecord, node: Node, definition: Definition): JsonRecord {
    return Object.fromEntries(Object.entries(templates).map(([key, template]) => [key, this.#value(template, node, definition)]));
  }

  #value(template: Json, node: Node, definition: Definition): Json {
    const text = bindingIn(template);
    if (text === undefined) return template;
    const [, ...path] = text.split('.');
    const source = this.#sourceOf(text, definition);
    if (source !== undefined) {
      const producer = this.#nodeOf(source, node);
      if (producer.status !== 'completed') throw new NoValueError(text);
      return follow(producer.outputs, path);
    }
    let at: Node | undefined = node;
    while (at!.item === undefined) at = at!.parent;
    return follow({ ...at!.item }, text.split('.'));
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

function ruleOf({ trigger_rule }: PlanTask): string {
  return trigger_rule ?? 'all_success';
}

/** Of a begin, what it begins. */
function wholeOf(node: Node): Node {
  return node.role === 'begin' ? node.parent! : node;
}

/** By which a task or a begin is let run: that of a foreach is not its items'. */
function startRuleOf(node: Node): string {
  return wholeOf(node).item === undefined ? ruleOf(node.definition.task) : 'all_success';
}

function isWithin(inner: Definition, outer: Definition): boolean {
  for (let at = inner.parent; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

/** For whose items a task is. */
function foreachAround({ parent }: Definition): Definition | undefined {
  return parent === undefined || parent.task.foreach !== undefined ? parent : foreachAround(parent);
}

/** As something in a compound is written. */
function childOf(parent: Definition): Definition {
  return { task: parent.task, parent, subtasks: [] };
}

function failedOf(items: readonly Node[]): number {
  return items.filter(({ status }) => status === 'failed' || status === 'blocked').length;
}

function toleratedOf({ tolerated_failures: tolerated = 0 }: PlanTask, items: number): number {
  return typeof tolerated === 'number' ? tolerated : (Number.parseFloat(tolerated) / 100) * items;
}

function hasWhollyEnded(node: Node): boolean {
  return isFinal(node) && node.subtasks.every(hasWhollyEnded);
}

function bindingIn(template: Json): string | undefined {
  return typeof template === 'string' ? ONE_BINDING.exec(template)?.[1] : undefined;
}

function bindingsIn(templates: JsonRecord = {}): string[] {
  return Object.values(templates).flatMap((template) => bindingIn(template) ?? []);
}

function follow(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((at, key) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) throw new NoValueError(key);
    return (at as JsonRecord)[key]!;
  }, value);
}

function valuesOr<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof NoValueError) return undefined;
    throw error;
  }
}
