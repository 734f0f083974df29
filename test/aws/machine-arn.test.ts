import { expect, test } from 'vitest';
import { executionArn, machineArns, machineHome } from '../../lib/aws/machine-arn.ts';

test('names a machine as Step Functions does', () => {
  const arn = machineArns({ partition: 'aws', region: 'eu-central-1', accountId: '123456789012' });

  expect(arn('task-orchestrator-abc')).toBe('arn:aws:states:eu-central-1:123456789012:stateMachine:task-orchestrator-abc');
});

test.each([
  ['arn:aws:iam::123456789012:role/machines', 'aws'],
  ['arn:aws-cn:iam::123456789012:role/path/to/machines', 'aws-cn'],
  ['arn:aws-us-gov:iam::123456789012:role/machines', 'aws-us-gov'],
])('machines live where their role does: %s', (roleArn, partition) => {
  expect(machineHome(roleArn, 'eu-central-1')).toEqual({ partition, region: 'eu-central-1', accountId: '123456789012' });
});

test("names an execution as Step Functions does, whatever the run's id", () => {
  const arn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:task-orchestrator-abc';

  expect(executionArn(arn, 'a:stateMachine:b-2')).toBe(
    'arn:aws:states:eu-central-1:123456789012:execution:task-orchestrator-abc:a:stateMachine:b-2',
  );
});
