import { expect, test } from 'vitest';
import { BoundedMap } from '../../../lib/aws/dynamodb/bounded-map.ts';

test('forgets the oldest when there are too many', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('b', 3); // not one more

  expect([map.get('a'), map.get('b')]).toEqual([1, 3]);

  map.set('c', 4);

  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 3, 4]);
});
