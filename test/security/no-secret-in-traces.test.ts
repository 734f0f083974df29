import { Socket } from 'node:dgram';
import { beforeEach, expect, it, vi } from 'vitest';
import { lambdaHandler } from '../../lambdas/middleware.ts';
import { TaskFailedError } from '../../lib/runtime/errors.ts';
import { invoke } from '../lambdas/invoke.ts';
import { secretsIn } from './everything-written.ts';

vi.hoisted(() => {
  // as in a function whose request is sampled
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
  process.env.LAMBDA_TASK_ROOT = '/var/task';
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'run-task';
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});

const SECRETS = { 'the event': 's3cret-event-1', 'the answer': 's3cret-answer-2', 'an item': 's3cret-item-3' };
const EVENT = { inputs: SECRETS['the event'] };

/** What goes to X-Ray's daemon. */
const sent: string[] = [];
vi.spyOn(Socket.prototype, 'send').mockImplementation((message: unknown, ...rest: unknown[]) => {
  sent.push(Buffer.from(message as Uint8Array).toString());
  (rest.at(-1) as (error: Error | null, bytes: number) => void)(null, 0);
});
let requests = 0;
beforeEach(() => {
  sent.length = 0;
  process.env._X_AMZN_TRACE_ID = `Root=1-5759e988-bd862e3fe1be46a99427279${requests++};Parent=53995c3f42cd8ad8;Sampled=1`;
});

it('traces have neither the event nor the answer', async () => {
  await invoke(
    lambdaHandler(async () => ({ outputs: SECRETS['the answer'] })),
    EVENT,
  );

  expect(sent.join('\n')).toContain('"type":"subsegment"');
  expect(secretsIn(sent.join('\n'), SECRETS)).toEqual([]);
});

it('nor what hangs on an error, or is quoted in it', async () => {
  const error = Object.assign(new Error(`Value '${SECRETS['an item']}' at 'x'`), { $metadata: {}, Item: { x: SECRETS['an item'] } });

  await expect(
    invoke(
      lambdaHandler(() => Promise.reject(error)),
      EVENT,
    ),
  ).rejects.toThrow('Value …');

  expect(sent.join('\n')).toContain('"fault":true');
  expect(secretsIn(sent.join('\n'), SECRETS)).toEqual([]);
});

it('but how a task failed: the message is what Step Functions is told', async () => {
  await expect(
    invoke(
      lambdaHandler(() => Promise.reject(new TaskFailedError('so it failed'))),
      EVENT,
    ),
  ).rejects.toThrow('so it failed');

  expect(sent.join('\n')).toContain('so it failed');
});
