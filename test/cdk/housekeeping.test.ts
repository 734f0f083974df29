import { expect, it } from 'vitest';
import { makeTemplate } from './make-template.ts';
import { resourceOf } from './resources.ts';

const template = makeTemplate();

it('is done once a day', () => {
  expect(resourceOf(template, 'AWS::Events::Rule', 'Housekeeping').Properties).toMatchObject({
    ScheduleExpression: 'rate(1 day)',
    State: 'ENABLED',
    Targets: [{ Arn: '<FunctionshousekeepingFunction.Arn>' }],
  });
  expect(resourceOf(template, 'AWS::Lambda::Permission', 'Housekeeping').Properties).toMatchObject({
    FunctionName: '<FunctionshousekeepingFunction.Arn>',
    Principal: 'events.amazonaws.com',
    SourceArn: '<HousekeepingDaily.Arn>',
  });
});

it('is not tried again before the next day', () => {
  expect(resourceOf(template, 'AWS::Lambda::EventInvokeConfig', 'housekeeping').Properties).toMatchObject({ MaximumRetryAttempts: 0 });
});
