import { readRef } from '../../lib/model/execution-ref.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { RUN_POOL, type RunSpec, type TaskRecord } from '../../lib/model/task-record.ts';
import type { Demand, Waiter } from '../../lib/runtime/ports/places.ts';
import type { RunStore } from '../../lib/runtime/ports/run-store.ts';
import type { NewRun, RunOrder, RunTotals } from '../../lib/runtime/ports/runs.ts';
import type { TaskKey } from '../../lib/runtime/ports/tasks.ts';

/** The instants of a test, a second apart. */
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

export const task = (ordinal: number): TaskKey => ({ ordinal, id: `task-${ordinal}` });

export const tasks = (...ordinals: readonly number[]): TaskKey[] => ordinals.map(task);

export function taskRecord(ordinal: number, content = ''): TaskRecord {
  return {
    ordinal,
    id: `task-${ordinal}`,
    name: `Task ${ordinal}`,
    type: 'atomic',
    content,
    toolName: null,
    agentId: null,
    inputs: {},
    boundInputs: {},
    references: {},
    timeoutSec: 300,
    dependencies: [],
    dependents: [],
    opens: [],
    rank: ordinal,
  };
}

export function runSpec(taskCount: number, content = ''): RunSpec {
  return { tasks: Array.from({ length: taskCount }, (_, ordinal) => taskRecord(ordinal, content)), pools: {} };
}

/** Places in the pool of the run. */
export const places = (limit: number): Demand => [{ pool: RUN_POOL, limit }];

export const waiter = (ordinal: number, rank: number, priority = 0): Waiter => ({ ordinal, rank, priority });

export function newRun(runId: string, parts: Partial<NewRun> = {}): NewRun {
  return { run_id: runId, plan_id: 'plan', goal_id: null, context: {}, created_at: at(0), ...parts };
}

export async function createRun(store: RunStore, runId: string, taskCount = 10): Promise<void> {
  await store.createRun(newRun(runId), runSpec(taskCount));
}

export const RESUME: RunOrder = { mode: 'resume', folder: 'next', plan_folder: 'first' };
export const RETRY: RunOrder = { mode: 'retry', folder: 'next', plan_folder: 'first', max_retries: 2 };

/** Queues the execution after `ref`, however that stands. */
export async function reopen(store: RunStore, ref: string, order: RunOrder, second: number): Promise<void> {
  const { status } = (await store.getControl(readRef(ref).runId))!;
  await store.reopenRun(ref, [status], order, at(second));
}

export const totals = (parts: Partial<RunTotals> = {}): RunTotals => ({
  completed: 0,
  failed: 0,
  blocked: 0,
  cancelled: 0,
  skipped: 0,
  executed: 0,
  retries: 0,
  tokens: 0,
  unfinished: 0,
  ...parts,
});

/** Claims attempts 1 to `attempt`; all but the last are released. */
export async function claimUpTo(store: RunStore, runId: string, ordinal: number, attempt: number): Promise<void> {
  for (let n = 1; n <= attempt; n++) {
    await store.claimTask(runId, task(ordinal), n, at(n));
    if (n < attempt) await store.releaseTask(runId, task(ordinal), n, { code: 'E5202', message: `attempt ${n}` }, at(n));
  }
}

/** Text that does not compress: a repeatable stream of letters. */
export function noise(length: number, seed = 1): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let state = seed;
  let text = '';
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += letters[state >>> 26];
  }
  return text;
}

/** Everything that a store may be tempted to read as something else. */
export const AWKWARD_VALUES = {
  'an empty object': {},
  'empty strings and containers': { '': '', list: [], object: {}, nested: { '': [[], {}] } },
  'keys of Object.prototype': JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": 1, "toString": null, "hasOwnProperty": "x"}',
  ) as JsonObject,
  'unicode and control characters': { text: 'é 漢字 🚀 \u0000 \u0007 \u2028 \ud800 " \\ \n', '🔑\u0000': 'key' },
  'names and placeholders of expressions': {
    '#status': ':status',
    'SET #a = :b': 'attribute_not_exists(PK)',
    PK: 'RUN#x',
    SK: "'; DROP TABLE runs; --",
  },
  'null, booleans and deep nesting': { a: null, b: [true, false, null, [{ c: [{ d: [null] }] }]] },
  'numbers beyond what DynamoDB holds': { huge: 1e300, tiny: 5e-324, precise: 0.1 + 0.2, big: Number.MAX_SAFE_INTEGER, negative: -1.5 },
  'what looks like an item': { S: 'string', N: '1', M: { S: 'x' }, NULL: true },
} satisfies Record<string, JsonObject>;
