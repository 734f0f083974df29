import { describe, expect, it } from 'vitest';
import { Deployment } from './deployment.ts';
import { inventory } from './inventory.ts';
import { readStage } from './stage.ts';

const stage = readStage();

/** What belongs to the account and to `cdk bootstrap`. */
const OF_THE_ACCOUNT = {
  stacks: ['CDKToolkit'],
  tables: [],
  buckets: ['cdk-hnb659fds-assets-000000000000-us-east-1'],
  functions: [],
  eventSources: [],
  stateMachines: [],
  queues: [],
  logGroups: [],
  buses: ['default'],
  rules: [],
};

describe('cdk destroy', () => {
  it('leaves nothing: not what the stack had, nor what was made at run time', async () => {
    const deployment = new Deployment(stage);
    expect((await inventory()).stateMachines).not.toEqual([]);

    await deployment.destroy(stage.context);
    await deployment.destroyAgents();

    expect(await inventory()).toEqual(OF_THE_ACCOUNT);
  });
});
