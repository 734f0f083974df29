import fc from 'fast-check';
import type { Json, JsonRecord, PlanTask, Script, WholePlan } from './whole-plan.ts';

/** What a condition comes to over the outputs of what it is about: `n` of tasks and compounds, `count` of a foreach. */
export const CONDITIONS: Readonly<Record<string, (outputs: JsonRecord) => boolean | 'error'>> = {
  'outputs.n > 0': ({ n }) => typeof n === 'number' && n > 0,
  'outputs.count > 1': ({ count }) => typeof count === 'number' && count > 1,
  true: () => true,
  false: () => false,
  '"x" + 1 = outputs': () => 'error',
};

export interface WholeCase {
  readonly plan: WholePlan;
  readonly scriptOf: (id: string) => Script;
  /** Of the scripts; so that a case can be written down. */
  readonly seed: { readonly salt: number; readonly failPercent: number; readonly stepMs: number };
}

interface Drawn {
  readonly links: readonly { readonly to: number; readonly condition: string | null }[];
  readonly reads: readonly { readonly from: number; readonly key: number }[];
  readonly rule: string;
  readonly items: { readonly literal: readonly Json[] | null; readonly from: number; readonly key: string } | null;
  readonly ofItem: string | null;
  readonly tolerated: number | string | null;
  readonly maxConcurrency: number | null;
  readonly failFast: boolean;
  readonly maxRetries: number;
  readonly priority: number | null;
  readonly pooled: boolean;
  readonly timed: boolean;
  readonly subtasks: readonly Drawn[];
}

const RULES = ['all_success', 'all_success', 'all_success', 'all_done', 'none_failed', 'one_failed', 'one_success'];
const ITEM: fc.Arbitrary<Json> = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.record({ k: fc.constantFrom('a', null), parts: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }) }),
);

function drawn(depth: number, failFast: boolean): fc.Arbitrary<Drawn> {
  const rarely = <T>(value: T): fc.Arbitrary<T | null> => fc.constantFrom(null, null, null, value);
  const condition = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.constantFrom(...Object.keys(CONDITIONS)));
  const list = fc.record({
    literal: fc.option(fc.array(ITEM, { maxLength: 4 }), { freq: 2 }),
    from: fc.nat(),
    key: fc.constantFrom('list', 'list', 'list', 'n', 'item'),
  });
  return fc.record({
    links: fc.array(fc.record({ to: fc.nat(), condition }), { maxLength: 3 }),
    reads: fc.array(fc.record({ from: fc.nat(), key: fc.nat() }), { maxLength: 2 }),
    rule: fc.constantFrom(...RULES),
    items: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, list),
    ofItem: fc.constantFrom(null, null, 'item', 'index', 'item.parts'),
    tolerated: fc.constantFrom(null, null, 0, 1, 2, '10%', '50%', '100%'),
    maxConcurrency: fc.constantFrom(null, null, 1, 2),
    failFast: failFast ? fc.boolean() : fc.constant(false),
    maxRetries: fc.integer({ min: 0, max: 2 }),
    priority: rarely(5),
    pooled: rarely(true).map((given) => given === true),
    timed: rarely(true).map((given) => given === true),
    subtasks:
      depth === 0
        ? fc.constant([])
        : fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(drawn(depth - 1, failFast), { minLength: 1, maxLength: 4 })),
  });
}

/** A task that others may refer to. */
interface Earlier {
  readonly steps: readonly string[];
  readonly kind: 'task' | 'compound' | 'foreach';
  /** Of the foreach for whose items it is, how many steps its id has; outside of all none. */
  readonly border: number;
}

const KEYS = { task: ['n', 'n', 'list'], compound: ['n'], foreach: ['count', 'failed', 'count', 'results'] };

/**
 * Tasks depend on what stands before them and is not around them, within the border of their foreach, and read also what is beyond it. What
 * runs as soon as one has completed or failed reads nothing and asks nothing: whether that has a value would be a matter of luck.
 *
 * @param isFast no foreach is there for failures
 */
function assemble(all: readonly Drawn[], isFast: boolean): PlanTask[] {
  const earlier: Earlier[] = [];
  let count = 0;
  const make = (task: Drawn, parent: readonly string[], border: number): PlanTask => {
    const task_id = `t${count++}`;
    const steps = [...parent, task_id];
    const kind = task.items !== null ? 'foreach' : task.subtasks.length > 0 ? 'compound' : 'task';
    const inner = kind === 'foreach' ? steps.length : border;
    const sharesItem = (other: Earlier): boolean => other.border === border && startsWith(other.steps, steps.slice(0, border));
    const isAtHand = (other: Earlier): boolean => startsWith(steps, other.steps.slice(0, other.border));
    const called = ({ steps: other, border: from }: Earlier): string =>
      other.length === steps.length && startsWith(other, parent) ? other.at(-1)! : other.slice(from).join('/');
    const near = earlier.filter(sharesItem);
    const linked = new Map(task.links.flatMap(({ to, condition }) => (near.length === 0 ? [] : [[pick(near, to), condition]])));
    const drawnRule = linked.size === 0 ? 'all_success' : task.rule;
    const isForeachOfRule = kind === 'foreach' && drawnRule !== 'all_success';
    const rule = isForeachOfRule ? (isFast || drawnRule === 'none_failed' ? 'none_failed' : 'all_done') : drawnRule;
    const isSoon = rule.startsWith('one_');
    const readable = isSoon ? [] : earlier.filter(isAtHand);
    const read = ({ from, key }: { from: number; key: number }): string | undefined => {
      if (readable.length === 0) return undefined;
      const other = pick(readable, from);
      return `{{${called(other)}.${pick(KEYS[other.kind], key)}}}`;
    };
    const inputs = Object.fromEntries([
      ...task.reads.flatMap((each, i) => (read(each) === undefined ? [] : [[`r${task_id}${i}`, read(each)]])),
      ...(task.ofItem === null || inner === 0 || isSoon || task.subtasks.some(hasForeach) ? [] : [[`i${task_id}`, `{{${task.ofItem}}}`]]),
    ]);
    const list = task.items === null ? {} : { foreach: listOf(task.items, earlier.filter(isAtHand), called, border) };
    const subtasks = task.subtasks.map((subtask) => make(subtask, steps, inner));
    const last = subtasks.at(-1);
    const outputs = last && { n: `{{${last.task_id}.${last.foreach === undefined ? 'n' : 'count'}}}` };
    earlier.push({ steps, kind, border });
    const rounds = subtasks.length > 0 ? Math.min(1, task.maxRetries) : task.maxRetries;
    return {
      task_id,
      dependencies: Array.from(linked, ([other, condition]) => ({
        task_id: called(other),
        ...(condition === null || isSoon ? {} : { dependency_type: 'conditional' as const, condition }),
      })),
      trigger_rule: rule,
      inputs,
      retry_policy: { max_retries: rounds },
      ...(subtasks.length > 0 ? { task_type: 'compound' as const, subtasks, outputs: outputs! } : { timeout_seconds: 1000 }),
      ...(subtasks.length > 0 && task.timed ? { timeout_seconds: 1_000_000 } : {}),
      ...(task.priority === null ? {} : { priority: task.priority }),
      ...(task.pooled ? { pool: 'narrow' } : {}),
      ...(kind !== 'task' && task.failFast ? { on_failure: 'fail_fast' } : {}),
      ...list,
      ...(task.items === null || task.tolerated === null ? {} : { tolerated_failures: task.tolerated }),
      ...(task.items === null || task.maxConcurrency === null ? {} : { max_concurrency: task.maxConcurrency }),
    };
  };
  return all.map((task) => make(task, [], 0));
}

function hasForeach({ items, subtasks }: Drawn): boolean {
  return items !== null || subtasks.some(hasForeach);
}

function listOf(
  { literal, from, key }: NonNullable<Drawn['items']>,
  atHand: readonly Earlier[],
  called: (other: Earlier) => string,
  border: number,
): Json {
  if (key === 'item' && border > 0) return '{{item.parts}}';
  const tasks = atHand.filter(({ kind }) => kind === 'task');
  if (literal !== null || tasks.length === 0) return literal ?? [];
  return `{{${called(pick(tasks, from))}.${key === 'n' ? 'n' : 'list'}}}`;
}

function startsWith(steps: readonly string[], with_: readonly string[]): boolean {
  return with_.every((step, i) => steps[i] === step);
}

/** Rather one of the last. */
function pick<T>(among: readonly T[], at: number): T {
  return among[among.length - 1 - (at % Math.min(among.length, 7))]!;
}

/** Plans of tasks, compounds and foreach in each other, with all that decides in them, and what becomes of each attempt. */
export function randomWholePlan({ failFast, limited }: { failFast: boolean; limited: boolean }): fc.Arbitrary<WholeCase> {
  return fc
    .record({
      tasks: fc.array(drawn(2, failFast), { minLength: 1, maxLength: 6 }),
      limit: limited ? fc.integer({ min: 1, max: 6 }) : fc.constant(10_000),
      narrow: limited ? fc.integer({ min: 1, max: 2 }) : fc.constant(10_000),
      planFails: failFast ? fc.boolean() : fc.constant(false),
      salt: fc.nat(),
      failPercent: fc.constantFrom(0, 15, 40),
      // many things in one moment, or hardly ever two
      stepMs: failFast ? fc.constant(1) : fc.constantFrom(1, 5000),
    })
    .map(({ tasks, limit, narrow, planFails, salt, failPercent, stepMs }) => {
      const seed = { salt, failPercent, stepMs };
      const assembled = assemble(tasks, failFast);
      const plan: WholePlan = {
        tasks: limited ? assembled : assembled.map(withoutLimits),
        pools: { narrow },
        on_failure: planFails ? 'fail_fast' : 'continue',
        resource_budget: { max_parallel_tasks: limit },
      };
      return { plan, seed, scriptOf: scriptsOf(seed) };
    });
}

function withoutLimits({ max_concurrency: _, subtasks, ...task }: PlanTask): PlanTask {
  return { ...task, ...(subtasks && { subtasks: subtasks.map(withoutLimits) }) };
}

const LONGEST_MS = 20_000;

/** What becomes of a task follows from its id, as whoever carries it out knows no more of it. */
export function scriptsOf({ salt, failPercent, stepMs }: WholeCase['seed']): (id: string) => Script {
  return (id) => {
    const draw = (what: string, below: number): number => hash(`${salt} ${what} ${id}`) % below;
    const list = Array.from({ length: draw('length', 4) }, (_, i): Json => (draw(`item ${i}`, 2) === 0 ? i : { k: i, parts: [i, 'x'] }));
    return {
      ms: Math.floor(draw('ms', LONGEST_MS) / stepMs) * stepMs + (stepMs === 1 ? 1 : 0),
      failTimes: draw('fails', 100) >= failPercent ? 0 : draw('times', 4) - 1 || -1,
      outputs: { n: draw('n', 3), list },
    };
  };
}

/** FNV-1a, with its bits mixed. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const char of text) h = Math.imul(h ^ char.codePointAt(0)!, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
