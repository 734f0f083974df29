import { beforeAll, describe, expect, inject, it } from 'vitest';
import { DynamoStore } from '../../../lib/aws/dynamodb/dynamo-store.ts';
import { createRun, newRun } from '../../contract/factories.ts';
import { localClient, makeTable } from '../../dynamodb-local/test-table.ts';

const endpoint = inject('dynamoDbEndpoint');
const PARENT = { run_id: 'run', task_id: 's', ordinal: 0, plan_hash: 'f00' };

/** What each tenant sees of what others keep; whoever works for all of them goes by a run. */
describe.skipIf(endpoint === null)('tenants on DynamoDB Local', () => {
  const client = localClient(endpoint ?? '');
  const table = `tenants-${process.pid}`;
  const [mine, theirs] = ['mine', 'theirs'].map((tenantId) => new DynamoStore({ client, table, tenantId })) as [DynamoStore, DynamoStore];
  const all = new DynamoStore({ client, table, allTenants: true });

  beforeAll(async () => {
    await makeTable(client, table);
    await createRun(mine, 'run');
    await mine.putStoredPlan({ name: 'p', plan: { tasks: [{ task_id: 'mine' }] }, task_count: 1, updated_at: '2026-01-01T00:00:00.000Z' });
    await mine.putSharedPool({ name: 'gpu', limit: 3 });
  });

  it('find their own stored plans', async () => {
    expect((await mine.listStoredPlans(10)).map(({ name }) => name)).toEqual(['p']);
    expect(await theirs.listStoredPlans(10)).toEqual([]);
    expect(await theirs.getStoredPlan('p')).toBeUndefined();
    expect(await theirs.getStoredPlan('p', 'run')).toBeUndefined();
    expect(await theirs.deleteStoredPlan('p')).toBe(false);
    expect(await all.getStoredPlan('p')).toBeUndefined();
    expect((await all.getStoredPlan('p', 'run'))?.plan).toEqual({ tasks: [{ task_id: 'mine' }] });
  });

  it('find their own shared pools', async () => {
    expect(await all.listSharedPools()).toEqual([]);
    expect(await all.listSharedPools('run')).toMatchObject([{ name: 'gpu', limit: 3 }]);
    expect(await theirs.listSharedPools('run')).toEqual([]);
  });

  it('have the child runs of their runs', async () => {
    await all.createRun(newRun('child', { parent: PARENT }));

    expect(await mine.getRun('child')).toMatchObject({ parent_run_id: 'run' });
    expect(await theirs.getRun('child')).toBeUndefined();
    expect((await mine.listRuns(10)).map(({ run_id }) => run_id).sort()).toEqual(['child', 'run']);
  });
});
