import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { SqsStartQueue } from '../../lib/aws/sqs-start-queue.ts';
import { readStartMessage } from '../../lib/aws/start-message.ts';
import { awsError, scriptCalls } from './scripted-calls.ts';

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/starts';
const makeQueue = () => new SqsStartQueue(new SQSClient({ region: 'us-east-1' }), QUEUE_URL);

describe('send', () => {
  test.each([
    ['none', 0, 0],
    ['whole seconds', 60, 60],
    ['a part of a second, rounded up', 0.2, 1],
    ['the longest delay there is', 900, 900],
    ['more than that, capped', 900.5, 900],
    ['an hour, capped', 3600, 900],
  ])('delays by %s', async (_, delaySec, DelaySeconds) => {
    const sent = scriptCalls(SQSClient);

    await makeQueue().send('run', delaySec);

    expect(sent).toEqual([['SendMessageCommand', { QueueUrl: QUEUE_URL, MessageBody: '{"run_id":"run"}', DelaySeconds }]]);
  });

  test('passes on what keeps the message from being sent', async () => {
    const error = awsError('ServiceUnavailable', 503);
    scriptCalls(SQSClient, error);

    await expect(makeQueue().send('run', 0)).rejects.toBe(error);
  });
});

describe('readStartMessage', () => {
  test('gives back the run that was sent', async () => {
    const sent = scriptCalls(SQSClient);
    await makeQueue().send('run "1"\n', 0);
    const [, message] = sent[0] as [string, { MessageBody: string }];

    expect(readStartMessage(message.MessageBody)).toBe('run "1"\n');
  });

  test.each(['', 'run', '{}', '{"run_id":""}', '{"run_id":7}', 'null', '["run"]'])('refuses %j', (body) => {
    expect(() => readStartMessage(body)).toThrow();
  });
});
