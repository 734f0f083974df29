import { describe, expect, it } from 'vitest';
import { makeTemplate } from './make-template.ts';
import { resourceOf, resourcesOf } from './resources.ts';

const template = makeTemplate();
const FOURTEEN_DAYS_SEC = 14 * 24 * 60 * 60;

describe('the queue of starts', () => {
  const { Properties: queue } = resourceOf(template, 'AWS::SQS::Queue', 'StartsQueue');

  it('gives up a start after many tries, and keeps it', () => {
    expect(queue.RedrivePolicy).toEqual({ deadLetterTargetArn: '<StartsDeadLetters.Arn>', maxReceiveCount: 20 });
  });

  it('waits twice as long as a function may take before a start is tried again', () => {
    const slower = makeTemplate({ functions: { planner: { timeoutSec: 100 } } });

    expect(queue.VisibilityTimeout).toBe(1800);
    expect(resourceOf(slower, 'AWS::SQS::Queue', 'StartsQueue').Properties.VisibilityTimeout).toBe(200);
  });

  it('goes to the planner, one start an invocation and few at once', () => {
    expect(resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'planner').Properties).toMatchObject({
      EventSourceArn: '<StartsQueue.Arn>',
      FunctionName: '<FunctionsplannerFunction>',
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 5 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('both queues', () => {
  const queues = Object.values(resourcesOf(template, 'AWS::SQS::Queue'));

  it('are encrypted and keep messages as long as SQS can', () => {
    expect(queues).toHaveLength(2);
    for (const { Properties } of queues) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: FOURTEEN_DAYS_SEC });
    }
  });

  it.each(['StartsQueue', 'StartsDeadLetters'])('answer over TLS only: %s', (name) => {
    const { PolicyDocument } = resourceOf(template, 'AWS::SQS::QueuePolicy', name).Properties;

    expect((PolicyDocument as { Statement: object[] }).Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });
});
