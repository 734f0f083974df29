import { expect, test } from 'vitest';
import { readImage } from '../../../lib/aws/dynamodb/image.ts';

test('reads strings and numbers, empty ones and zero too', () => {
  expect(readImage({ PK: { S: 'RUN#run' }, error: { S: '' }, attempt: { N: '12' }, ordinal: { N: '0' } })).toEqual({
    PK: 'RUN#run',
    error: '',
    attempt: 12,
    ordinal: 0,
  });
});

test('leaves out everything else', () => {
  const image = {
    goal_id: { NULL: true },
    spec: { M: { count: { N: '1' } } },
    arrived: { NS: ['1'] },
    tokens: { SS: ['a'] },
    bytes: { B: new Uint8Array([1]) },
    done: { BOOL: true },
  };

  expect(readImage(image)).toEqual({});
});
