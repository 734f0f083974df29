import type { TaskRecord } from '../model/task-record.ts';
import type { ForeachLayout, Layout } from './layout.ts';
import type { Cost } from './layout-cost.ts';
import { tasksRead } from './prediction/predict-run.ts';
import { costInUsd, STORE_UNITS, sumOfUnits, type TableUnits, timesUnits } from './run-cost.ts';

/** A foreach, and what each of its items comes to: without failures, and where no task of it has to wait for a place. */
export interface ForeachReport {
  readonly task_id: string;
  /** How many the report counts; null: the list is there at run time only, and the report counts one. */
  readonly items: number | null;
  readonly tasks_per_item: number;
  readonly transitions_per_item: number;
  readonly lambda_calls_per_item: number;
  readonly read_units_per_item: number;
  readonly write_units_per_item: number;
  readonly cost_usd_per_item: number;
}

export interface ForeachInputs {
  /** Of all tasks, also those that stand for items. */
  readonly records: readonly TaskRecord[];
  /** In how many ways tasks of the run take places together, and in how many pools. */
  readonly queues: number;
  readonly pools: number;
  /** How many items a foreach has that are in the plan, by its end. */
  readonly knownItems: (end: number) => number | null;
}

interface Item {
  readonly tasks: number;
  readonly units: TableUnits;
}

export function reportForeach(foreach: ForeachLayout, { transitions, calls }: Cost, inputs: ForeachInputs): ForeachReport {
  const { tasks, units } = itemOf(foreach, inputs);
  const { reads, writes } = units;
  return {
    task_id: inputs.records[foreach.end]!.id,
    items: inputs.knownItems(foreach.end),
    tasks_per_item: tasks,
    transitions_per_item: transitions,
    lambda_calls_per_item: calls,
    read_units_per_item: reads,
    write_units_per_item: writes,
    cost_usd_per_item: costInUsd({ transitions, lambdaCalls: calls, reads, writes, events: 2 * tasks }),
  };
}

/** What is done for an item, and that the end of the foreach reads it. */
function itemOf({ body }: ForeachLayout, inputs: ForeachInputs): Item {
  const own = partOf(body, inputs);
  return { tasks: own.tasks, units: sumOfUnits([own.units, { reads: 1, writes: 0 }]) };
}

function partOf(node: Layout, inputs: ForeachInputs): Item {
  switch (node.kind) {
    case 'task':
      return { tasks: 1, units: unitsOfTask(inputs.records[node.task]!, inputs) };
    case 'foreach': {
      const { tasks, units } = itemOf(node, inputs);
      const count = inputs.knownItems(node.end) ?? 1;
      return {
        tasks: count * tasks,
        units: sumOfUnits([STORE_UNITS.readTasks(2), STORE_UNITS.addExpansion, STORE_UNITS.readTasks(1), timesUnits(units, count)]),
      };
    }
    case 'map':
      throw new TypeError('a Map in the items of a foreach');
    case 'child':
      return partOf(node.part, inputs);
    case 'series':
    case 'parallel': {
      const parts = node.parts.map((part) => partOf(part, inputs));
      return { tasks: parts.reduce((sum, { tasks }) => sum + tasks, 0), units: sumOfUnits(parts.map(({ units }) => units)) };
    }
  }
}

function unitsOfTask(record: TaskRecord, { queues, pools: allPools }: ForeachInputs): TableUnits {
  const { gate, callback, foreach } = record;
  const steps: TableUnits[] = [STORE_UNITS.readTasks(tasksRead(record)), STORE_UNITS.claimTask, STORE_UNITS.completeTask(false)];
  if (callback !== undefined) steps.push(STORE_UNITS.putCallback);
  if (foreach !== undefined) steps.push(STORE_UNITS.readTasks(0)); // and each of its items, which is counted with that
  if (gate === undefined) return sumOfUnits(steps);
  steps.push(STORE_UNITS.addToken, STORE_UNITS.listTokens, timesUnits(STORE_UNITS.addArrival, gate.dependencies.length));
  const pools = gate.pools.length + (gate.sharedPool === undefined ? 0 : 1);
  if (pools > 0)
    steps.push(
      STORE_UNITS.isOutranked(queues),
      STORE_UNITS.takePlaces(pools),
      STORE_UNITS.deleteWaiting(false),
      STORE_UNITS.freePlaces(pools),
      STORE_UNITS.lookForBest({ pools: allPools, queues: new Array<number>(queues).fill(0) }),
    );
  return sumOfUnits(steps);
}
