import { describe, expect, it } from 'vitest';
import { eventKey, runKey, taskKey, waiterKey, waitKey } from '../../lib/aws/dynamodb/table.ts';
import { readExecutionEnd } from '../../lib/aws/execution-end.ts';
import { nameByContent } from '../../lib/compiler/content-hash.ts';
import { makeTemplate } from './make-template.ts';
import { resourceOf } from './resources.ts';

const template = makeTemplate();
const TWO_HOURS_SEC = 2 * 60 * 60;

describe('executions that end badly', () => {
  const { Properties: rule } = resourceOf(template, 'AWS::Events::Rule', 'ExecutionEnded');
  const { detail } = rule.EventPattern as { detail: { status: string[]; stateMachineArn: { wildcard: string }[] } };

  it('are reconciled', () => {
    expect(rule).toMatchObject({
      State: 'ENABLED',
      EventPattern: { source: ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'] },
      Targets: [
        {
          Arn: '<FunctionsreconcileFunction.Arn>',
          DeadLetterConfig: { Arn: '<StartsDeadLetters.Arn>' },
          RetryPolicy: { MaximumEventAgeInSeconds: TWO_HOURS_SEC, MaximumRetryAttempts: 20 },
        },
      ],
    });
  });

  it('are all those that reconcile does anything about', () => {
    const endOf = (status: string) =>
      readExecutionEnd({ 'detail-type': 'Step Functions Execution Status Change', detail: { name: 'r-1', status } });

    expect(detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    for (const status of detail.status) expect(endOf(status)).toBeDefined();
    for (const status of ['RUNNING', 'SUCCEEDED', 'PENDING_REDRIVE']) expect(endOf(status)).toBeUndefined();
  });

  it('are of machines that the compiler has named', () => {
    const [{ wildcard }] = detail.stateMachineArn as [{ wildcard: string }];
    const pattern = new RegExp(`^${wildcard.split('*').join('.*')}$`);
    const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine';

    expect(detail.stateMachineArn).toHaveLength(1);
    expect(`${arn}:${nameByContent({ QueryLanguage: 'JSONata', StartAt: 'end', States: { end: { Type: 'Succeed' } } }).name}`).toMatch(
      pattern,
    );
    expect(`${arn}:somebody-elses`).not.toMatch(pattern);
  });

  it('may call reconcile', () => {
    expect(resourceOf(template, 'AWS::Lambda::Permission', 'EventsExecutionEndedAllowEventRule').Properties).toMatchObject({
      Action: 'lambda:InvokeFunction',
      FunctionName: '<FunctionsreconcileFunction.Arn>',
      Principal: 'events.amazonaws.com',
      SourceArn: '<EventsExecutionEnded.Arn>',
    });
  });

  it('are kept where reconcile cannot do it', () => {
    expect(resourceOf(template, 'AWS::Lambda::EventInvokeConfig', 'reconcile').Properties).toMatchObject({
      FunctionName: '<FunctionsreconcileFunction>',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: TWO_HOURS_SEC,
      DestinationConfig: { OnFailure: { Destination: '<StartsDeadLetters.Arn>' } },
    });
  });
});

describe("the table's stream", () => {
  const { Properties: source } = resourceOf(template, 'AWS::Lambda::EventSourceMapping', 'publishevents');

  it('is published from its beginning, in order', () => {
    expect(source).toMatchObject({
      EventSourceArn: '<StorageTable.StreamArn>',
      FunctionName: '<FunctionspublisheventsFunction>',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
    });
  });

  it('goes on after a change that cannot be published, which is kept', () => {
    expect(source).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      DestinationConfig: { OnFailure: { Destination: '<StartsDeadLetters.Arn>' } },
    });
  });

  it('tells of runs, tasks and places among the waiting, and not of the events that are written because of it', () => {
    const { Filters } = source.FilterCriteria as { Filters: [{ Pattern: string }] };
    const { dynamodb } = JSON.parse(Filters[0].Pattern) as { dynamodb: { Keys: { SK: { S: (string | { prefix: string })[] } } } };
    const isTold = ({ SK }: { SK: string }) =>
      dynamodb.Keys.SK.S.some((rule) => (typeof rule === 'string' ? rule === SK : SK.startsWith(rule.prefix)));

    expect(Filters).toHaveLength(1);
    expect([runKey('r'), taskKey('r', 3), waitKey('r', '', 7, 3)].map(isTold)).toEqual([true, true, true]);
    expect([eventKey('r', 1), waiterKey('r', 3)].map(isTold)).toEqual([false, false]);
  });

  it('goes on the bus', () => {
    expect(resourceOf(template, 'AWS::Lambda::Function', 'publishevents').Properties.Environment).toMatchObject({
      Variables: { EVENT_BUS_NAME: '<Bus>' },
    });
  });
});
