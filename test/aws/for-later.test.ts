import { expect, test } from 'vitest';
import { isForLater } from '../../lib/aws/for-later.ts';
import { awsError } from './scripted-calls.ts';

test.each([
  ['a throttled call', awsError('ThrottlingException'), true],
  ['too many requests', awsError('TooManyRequestsException'), true],
  ['too many executions', awsError('ExecutionLimitExceeded'), true],
  ['too many machines', awsError('StateMachineLimitExceeded'), true],
  ['a machine that is going away', awsError('StateMachineDeleting'), true],
  ['no service', awsError('ServiceUnavailable'), true],
  ['status 429', awsError('Whatever', 429), true],
  ['status 428', awsError('Whatever', 428), false],
  ['status 430', awsError('Whatever', 430), false],
  ['status 500', awsError('Whatever', 500), true],
  ['status 503', awsError('Whatever', 503), true],
  ['status 499', awsError('Whatever', 499), false],
  ['a refused definition', awsError('InvalidDefinition'), false],
  ['an error without a status', new Error('defect'), false],
  ['an error whose answer has no status', Object.assign(new Error('defect'), { $metadata: {} }), false],
  ['what is no error', { name: 'ThrottlingException' }, false],
  ['nothing', undefined, false],
])('%s', (_, error, expected) => {
  expect(isForLater(error)).toBe(expected);
});
