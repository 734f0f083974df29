/*
 * What a run costs on AWS: prices, and how many units each step of the protocol takes. Orchestration only, default settings of a
 * deployment; without the read unit that a function takes for every four seconds of its task (`running-attempts.ts`).
 * bench/cost.bench.ts counts what runs really do, and test/compiler/run-cost.slow.ts holds the units of the table against what DynamoDB
 * Local says that it has consumed.
 */

/**
 * USD, us-east-1, on demand, without free tiers.
 * https://aws.amazon.com/step-functions/pricing (Standard: a state entered or retried is a transition)
 * https://aws.amazon.com/lambda/pricing (arm64 is a fifth less a GB-second; this is x86's, the upper one)
 * https://aws.amazon.com/dynamodb/pricing/on-demand
 * https://aws.amazon.com/eventbridge/pricing (custom events)
 */
export const PRICE = {
  transition: 25 / 1e6,
  lambdaCall: 0.2 / 1e6,
  lambdaGbSecond: 16.67 / 1e6,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  busEvent: 1 / 1e6,
} as const;

/** Of orchestration in an invocation: 20 ms at 256 MB. */
const CALL_GB_SECONDS = 0.25 * 0.02;

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;
/** Of a completed task with hardly any outputs. */
const TASK_ITEM_BYTES = 400;
/** Of a task that waits, as its queue has it. */
const WAIT_ITEM_BYTES = 120;
/** The most of a queue that is read at once. */
const WAIT_PAGE = 100;

/** Units of the table. */
export interface TableUnits {
  readonly reads: number;
  readonly writes: number;
}

/**
 * Units of each call of the store. A write unit is an item of up to 1 KB, a read unit a consistent read of one of up to 4 KB, or of one
 * that is not there; in a transaction a write counts twice (a condition check is one).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export const STORE_UNITS = {
  /** The run with its entry in the index, the records of its tasks. */
  createRun: (specBytes: number): TableUnits => ({ reads: 0, writes: 2 + Math.ceil(specBytes / WRITE_UNIT_BYTES) }),
  /** Whose run it is, then the run. */
  startRun: { reads: 1, writes: 1 },
  getRun: { reads: 1, writes: 0 },
  /** The run, then all tasks. */
  countTasks: (tasks: number): TableUnits => ({ reads: 1 + Math.ceil((tasks * TASK_ITEM_BYTES) / READ_UNIT_BYTES), writes: 0 }),
  /** Whose run it is; the run, the statistics and the entry among those that have ended, in a transaction. */
  endRun: { reads: 1, writes: 6 },
  /** The run, the task itself and these others. */
  readTasks: (items: number): TableUnits => ({ reads: 1 + items, writes: 0 }),
  claimTask: { reads: 0, writes: 1 },
  /** With a budget that its usage counts for, the run too, in a transaction. */
  completeTask: (isCounted: boolean): TableUnits => ({ reads: 0, writes: isCounted ? 4 : 1 }),
  putCallback: { reads: 0, writes: 1 },
  /** The gate, then whether the task has ended. */
  addToken: { reads: 1, writes: 1 },
  addArrival: { reads: 0, writes: 1 },
  listTokens: { reads: 1, writes: 0 },
  /** The first of each queue. */
  isOutranked: (queues: number): TableUnits => ({ reads: queues, writes: 0 }),
  /** One pool; several in a transaction. */
  takePlaces: (pools: number): TableUnits => ({ reads: 0, writes: inOneStep(pools) }),
  /** Whether the task waits, which is rare by then; the pools. */
  freePlaces: (pools: number): TableUnits => ({ reads: 1, writes: inOneStep(pools) }),
  /** Two items in a transaction. */
  putWaiting: { reads: 0, writes: 4 },
  lookForBest: (look: Look): TableUnits => ({ reads: readsOfLook(look), writes: 0 }),
  /** Checks that the task waits, and takes its places, in a transaction. */
  takeForBest: (look: Look, pools: number): TableUnits => ({ reads: readsOfLook(look), writes: 2 + 2 * pools }),
  /** Whether it waits; both of its items in a transaction, where it does. */
  deleteWaiting: (waits: boolean): TableUnits => ({ reads: 1, writes: waits ? 4 : 0 }),
  /** The run; then the run and the new item, in a transaction. */
  addExpansion: { reads: 1, writes: 4 },
} as const;

/** What is looked at to find the best task that waits. */
export interface Look {
  readonly pools: number;
  /** Of each queue whose pools all have room: how many of those that wait are read, at the most one more than may hold a place by now. */
  readonly queues: readonly number[];
}

function readsOfLook({ pools, queues }: Look): number {
  return queues.reduce(
    (sum, waiting) => sum + Math.max(1, Math.ceil((Math.min(waiting, WAIT_PAGE) * WAIT_ITEM_BYTES) / READ_UNIT_BYTES)),
    pools,
  );
}

function inOneStep(items: number): number {
  return items === 1 ? 1 : 2 * items;
}

/** Units of a run as such: it is written down, started, totalled and ended. */
export function unitsOfRun({ tasks, specBytes }: { tasks: number; specBytes: number }): TableUnits {
  const { createRun, startRun, getRun, countTasks, endRun } = STORE_UNITS;
  return sumOfUnits([createRun(specBytes), startRun, getRun, countTasks(tasks), endRun]);
}

export function sumOfUnits(units: Iterable<TableUnits>): TableUnits {
  let [reads, writes] = [0, 0];
  for (const each of units) {
    reads += each.reads;
    writes += each.writes;
  }
  return { reads, writes };
}

export function timesUnits({ reads, writes }: TableUnits, times: number): TableUnits {
  return { reads: reads * times, writes: writes * times };
}

/** What a run is billed for. */
export interface RunUsage extends TableUnits {
  readonly transitions: number;
  readonly lambdaCalls: number;
  /** Changes of a status: each goes to the bus and, in pages of up to a hundred, into the run's log. */
  readonly events: number;
}

/** Of an event in its page. */
const EVENT_BYTES = 130;

export function costInUsd({ transitions, lambdaCalls, reads, writes, events }: RunUsage): number {
  const perCall = PRICE.lambdaCall + PRICE.lambdaGbSecond * CALL_GB_SECONDS;
  const perEvent = PRICE.busEvent + (PRICE.writeUnit * EVENT_BYTES) / WRITE_UNIT_BYTES;
  return transitions * PRICE.transition + lambdaCalls * perCall + writes * PRICE.writeUnit + reads * PRICE.readUnit + events * perEvent;
}
