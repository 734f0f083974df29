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
  /** The run, the task itself and these dependencies. */
  readTasks: (items: number): TableUnits => ({ reads: 1 + items, writes: 0 }),
  claimTask: { reads: 0, writes: 1 },
  completeTask: { reads: 0, writes: 1 },
  /** The gate, then whether the task has ended. */
  addToken: { reads: 1, writes: 1 },
  addArrival: { reads: 0, writes: 1 },
  listTokens: { reads: 1, writes: 0 },
  /** A query of one queue. */
  isOutranked: { reads: 1, writes: 0 },
  /** One pool; of several it is a transaction. */
  takePlaces: { reads: 0, writes: 1 },
  /** Whether the task waits, which is rare by then; the pool. */
  freePlaces: { reads: 1, writes: 1 },
  /** Two items in a transaction. */
  putWaiting: { reads: 0, writes: 4 },
  /** The pool; where it has room the first of the queue. */
  lookForBest: (hasRoom: boolean): TableUnits => ({ reads: hasRoom ? 2 : 1, writes: 0 }),
  /** Checks that the task waits, and takes the place, in a transaction. */
  takeForBest: { reads: 2, writes: 4 },
  /** Whether it waits; both of its items in a transaction, where it does. */
  deleteWaiting: (waits: boolean): TableUnits => ({ reads: 1, writes: waits ? 4 : 0 }),
} as const;

/** Units of a run as such: it is written down, started, totalled and ended. */
export function unitsOfRun({ tasks, specBytes }: { tasks: number; specBytes: number }): TableUnits {
  const { createRun, startRun, getRun, countTasks, endRun } = STORE_UNITS;
  return sumOfUnits([createRun(specBytes), startRun, getRun, countTasks(tasks), endRun]);
}

/** Units of a task whose gate opens, when places are free: what the report counts, which does not know who will have to wait. */
export function unitsOfTask({ dependencies, waitsFor, takesPlace }: TaskSteps): TableUnits {
  const steps: TableUnits[] = [STORE_UNITS.readTasks(1 + dependencies), STORE_UNITS.claimTask, STORE_UNITS.completeTask];
  for (let arrival = 0; arrival < waitsFor; arrival++) steps.push(STORE_UNITS.addArrival);
  if (waitsFor > 0 || takesPlace) steps.push(STORE_UNITS.addToken, STORE_UNITS.listTokens);
  if (takesPlace)
    steps.push(
      STORE_UNITS.isOutranked,
      STORE_UNITS.takePlaces,
      STORE_UNITS.deleteWaiting(false),
      STORE_UNITS.freePlaces,
      STORE_UNITS.lookForBest(true),
    );
  return sumOfUnits(steps);
}

export interface TaskSteps {
  readonly dependencies: number;
  /** Of these, those that the gate waits for. */
  readonly waitsFor: number;
  readonly takesPlace: boolean;
}

export function sumOfUnits(units: Iterable<TableUnits>): TableUnits {
  let [reads, writes] = [0, 0];
  for (const each of units) {
    reads += each.reads;
    writes += each.writes;
  }
  return { reads, writes };
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
