import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { callbacksOf } from './agent-log.ts';
import { ApiClient } from './api-client.ts';
import { Deployment } from './deployment.ts';
import { readStage } from './stage.ts';

const stage = readStage();
const api = new ApiClient(stage);
const functions = new LambdaClient();
const waiting = `later-${crypto.randomUUID()}`;

/*
 * Tasks before, during and behind the deployment; the one in the middle waits until it is over.
 *
 *   before ──► waiting ──► behind
 *          └─► slow ─────┘
 */
const plan = {
  plan_id: 'redeployment',
  tasks: [
    { task_id: 'before' },
    { task_id: waiting, assigned_agent: 'later', timeout_seconds: 600, dependencies: [{ task_id: 'before' }] },
    {
      task_id: 'slow',
      task_type: 'tool_call',
      tool_name: 'any',
      dependencies: [{ task_id: 'before' }],
      metadata: { mock: { duration_sec: 20 } },
    },
    { task_id: 'behind', dependencies: [{ task_id: waiting }, { task_id: 'slow' }] },
  ],
};

/** Of the functions that have one. */
async function logLevels(): Promise<Set<string>> {
  const levels = new Set<string>();
  for await (const { Functions = [] } of paginateListFunctions({ client: functions }, {})) {
    for (const { Environment } of Functions) {
      const level = Environment?.Variables?.POWERTOOLS_LOG_LEVEL;
      if (level !== undefined) levels.add(level);
    }
  }
  return levels;
}

describe('a deployment while a run is under way', () => {
  it('changes the functions and does not disturb the run', async () => {
    const runId = await api.submit(plan);
    const [callback] = await callbacksOf(waiting);
    expect(await logLevels()).toEqual(new Set(['INFO']));

    const deployment = new Deployment(stage);
    const outputs = await deployment.deploy({ ...stage.context, logLevel: 'DEBUG' });

    expect(outputs).toEqual(stage.outputs);
    expect(await logLevels()).toEqual(new Set(['DEBUG']));
    expect((await api.run(runId)).status).toBe('executing');
    const report = { status: 'succeeded', outputs: {} };
    expect((await api.send('POST', `/callbacks/${callback}`, report)).status).toBe(200);
    expect(await api.untilEnded(runId)).toMatchObject({ status: 'completed', totals: { completed: 4, executed: 4, retries: 0 } });
  });
});
