import { SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { isUnused } from '../../lib/aws/machine-use.ts';
import { type Answer, awsError, refusal, scriptCalls } from './scripted-calls.ts';

const SINCE_MS = 1_000_000;
const NEWEST = ['ListExecutionsCommand', { stateMachineArn: 'arn:m', maxResults: 1 }];
const RUNNING = ['ListExecutionsCommand', { stateMachineArn: 'arn:m', maxResults: 1, statusFilter: 'RUNNING' }];
const execution = (startMs: number, stopMs?: number) => ({
  executions: [{ startDate: new Date(startMs), ...(stopMs !== undefined && { stopDate: new Date(stopMs) }) }],
});

async function ask(...answers: readonly Answer[]) {
  const sent = scriptCalls(SFNClient, ...answers);
  return { unused: await isUnused(new SFNClient({ region: 'us-east-1' }), 'arn:m', SINCE_MS), sent };
}

describe('a machine is unused', () => {
  test('that nothing was ever run on', async () => {
    expect(await ask({ executions: [] })).toEqual({ unused: true, sent: [NEWEST] });
  });

  test('whose newest execution was over before, and that runs nothing', async () => {
    expect(await ask(execution(1, SINCE_MS - 1), { executions: [] })).toEqual({ unused: true, sent: [NEWEST, RUNNING] });
  });

  test('that is gone', async () => {
    expect(await ask(new StateMachineDoesNotExist(refusal))).toEqual({ unused: true, sent: [NEWEST] });
  });
});

describe('a machine is used', () => {
  test('whose newest execution was over just then', async () => {
    expect(await ask(execution(1, SINCE_MS))).toEqual({ unused: false, sent: [NEWEST] });
  });

  test('whose newest execution has started since and goes on', async () => {
    expect(await ask(execution(SINCE_MS))).toEqual({ unused: false, sent: [NEWEST] });
  });

  test('whose newest execution goes on, however long ago it started', async () => {
    expect(await ask(execution(1), execution(1))).toEqual({ unused: false, sent: [NEWEST, RUNNING] });
  });

  test('that still runs an older execution', async () => {
    expect(await ask(execution(2, 3), execution(1))).toEqual({ unused: false, sent: [NEWEST, RUNNING] });
  });
});

test('what Step Functions refuses is passed on', async () => {
  const denied = awsError('AccessDeniedException');

  await expect(ask(denied)).rejects.toBe(denied);
});
