import { expect, inject, it } from 'vitest';
import { DynamoStore } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { STORE_UNITS, type TableUnits } from '../../lib/compiler/run-cost.ts';
import type { Demand } from '../../lib/runtime/ports/places.ts';
import { at, newRun, places, runSpec, task, waiter } from '../contract/factories.ts';
import { meteredClient } from '../dynamodb-local/metered-client.ts';
import { makeTable } from '../dynamodb-local/test-table.ts';

const endpoint = inject('dynamoDbEndpoint');
const TASKS = 4;
const ONE_PLACE = places(1);

/** A query that finds nothing is a read unit; not so here. */
const inVain = ({ reads, writes }: TableUnits): TableUnits => ({ reads: reads - 1, writes });

it.skipIf(endpoint === null)('takes of the table what the cost of a run counts', { timeout: 60_000 }, async () => {
  const { client, take } = meteredClient(endpoint ?? '');
  const table = `units-${process.pid}`;
  await makeTable(client, table);
  const store = new DynamoStore({ client, table });
  const unitsOf = async (call: Promise<unknown>) => {
    await call;
    return take();
  };
  take();

  expect(await unitsOf(store.createRun(newRun('run'), runSpec(TASKS)))).toEqual(STORE_UNITS.createRun(1));
  expect(await unitsOf(store.startRun('run', at(1)))).toEqual(STORE_UNITS.startRun);

  // a task that depends on another, and is the first in the queue
  expect(await unitsOf(store.addToken('run', 1, 'token'))).toEqual(STORE_UNITS.addToken);
  expect(await unitsOf(store.claimTask('run', task(0), 1, at(2)))).toEqual(STORE_UNITS.claimTask);
  expect(await unitsOf(store.readTasks('run', [0]))).toEqual(STORE_UNITS.readTasks(1));
  expect(await unitsOf(store.completeTask('run', task(0), 1, { response: 'done' }, at(3)))).toEqual(STORE_UNITS.completeTask(false));
  expect(await unitsOf(store.addArrival('run', 1, 0))).toEqual(STORE_UNITS.addArrival);
  expect(await unitsOf(store.isOutranked('run', 1, [ONE_PLACE]))).toEqual(inVain(STORE_UNITS.isOutranked(1)));
  expect(await unitsOf(store.takePlaces('run', 1, ONE_PLACE))).toEqual(STORE_UNITS.takePlaces(1));
  expect(await unitsOf(store.listTokens('run', 1))).toEqual(STORE_UNITS.listTokens);
  expect(await unitsOf(store.deleteWaiting('run', 1))).toEqual(STORE_UNITS.deleteWaiting(false));
  // another one has to wait until it is done: a write that is refused is billed, too, but an error does not say so
  expect(await unitsOf(store.putWaiting('run', waiter(2, 2), ONE_PLACE))).toEqual(STORE_UNITS.putWaiting);
  expect(await unitsOf(store.takeForBest('run', [ONE_PLACE]))).toEqual(STORE_UNITS.lookForBest({ pools: 1, queues: [] }));
  expect(await unitsOf(store.freePlaces('run', 1, ONE_PLACE))).toEqual(STORE_UNITS.freePlaces(1));
  expect(await unitsOf(store.takeForBest('run', [ONE_PLACE]))).toEqual(STORE_UNITS.takeForBest({ pools: 1, queues: [1] }, 1));
  expect(await unitsOf(store.deleteWaiting('run', 2))).toEqual(STORE_UNITS.deleteWaiting(true));
  expect(await unitsOf(store.freePlaces('run', 2, ONE_PLACE))).toEqual(STORE_UNITS.freePlaces(1));
  expect(await unitsOf(store.takeForBest('run', [ONE_PLACE]))).toEqual(inVain(STORE_UNITS.lookForBest({ pools: 1, queues: [0] })));

  expect(await unitsOf(store.getRun('run'))).toEqual(STORE_UNITS.getRun);
  expect(await unitsOf(store.countTasks('run'))).toEqual(STORE_UNITS.countTasks(TASKS));

  // places in two pools at once, one of which has room
  const two: Demand = [
    { pool: 'gpu', limit: 1 },
    { pool: 'net', limit: 2 },
  ];
  expect(await unitsOf(store.takePlaces('run', 3, two))).toEqual(STORE_UNITS.takePlaces(2));
  expect(await unitsOf(store.putWaiting('run', waiter(4, 4), two))).toEqual(STORE_UNITS.putWaiting);
  expect(await unitsOf(store.takeForBest('run', [two]))).toEqual(STORE_UNITS.lookForBest({ pools: 2, queues: [] }));
  expect(await unitsOf(store.freePlaces('run', 3, two))).toEqual(STORE_UNITS.freePlaces(2));
  // Local says the same of a transaction of one check and two updates as of one and one: only the reads are compared
  expect((await unitsOf(store.takeForBest('run', [two]))).reads).toBe(STORE_UNITS.takeForBest({ pools: 2, queues: [1] }, 2).reads);

  // of a long queue as many are read as may hold places by now, and one more
  const many = places(40);
  const long = crypto.randomUUID();
  for (let ordinal = 100; ordinal < 140; ordinal++) await store.takePlaces(long, ordinal, many);
  for (let ordinal = 200; ordinal < 245; ordinal++) await store.putWaiting(long, waiter(ordinal, ordinal), many);
  take();
  await store.freePlaces(long, 100, many);
  take();
  expect(await unitsOf(store.takeForBest(long, [many]))).toEqual(STORE_UNITS.takeForBest({ pools: 1, queues: [40] }, 1));

  expect(await unitsOf(store.putCallback('callback', { ref: 'run', ordinal: 0, attempt: 1, token: 'token' }))).toEqual(
    STORE_UNITS.putCallback,
  );
  expect(await unitsOf(store.claimTask('run', task(1), 1, at(2)))).toEqual(STORE_UNITS.claimTask);
  const usage = { tokens: 1, nanoUsd: 0 };
  expect(await unitsOf(store.completeTask('run', task(1), 1, {}, at(3), usage))).toEqual(STORE_UNITS.completeTask(true));
  expect(await unitsOf(store.addExpansion('run', { task: 0, count: 2, size: 1 }))).toEqual(STORE_UNITS.addExpansion);
});
