import { describe, expect, test } from 'vitest';
import { expressions } from '../../../lib/aws/dynamodb/expressions.ts';

test('says nothing where there is nothing to say', () => {
  expect(expressions({})).toEqual({});
});

test('names each attribute once, of all expressions', () => {
  const parts = {
    update: 'SET #status = :now, #at = :at REMOVE #error',
    condition: '#status = :before AND attribute_exists(#PK)',
    values: { ':now': 'failed', ':at': 'now', ':before': 'executing' },
  };

  expect(expressions(parts)).toEqual({
    UpdateExpression: parts.update,
    ConditionExpression: parts.condition,
    ExpressionAttributeNames: { '#status': 'status', '#at': 'at', '#error': 'error', '#PK': 'PK' },
    ExpressionAttributeValues: parts.values,
  });
});

describe('an expression alone', () => {
  test.each([
    ['update', 'UpdateExpression'],
    ['condition', 'ConditionExpression'],
    ['keyCondition', 'KeyConditionExpression'],
    ['projection', 'ProjectionExpression'],
  ])('%s', (part, parameter) => {
    expect(expressions({ [part]: '#PK' })).toEqual({ [parameter]: '#PK', ExpressionAttributeNames: { '#PK': 'PK' } });
  });
});
