import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Image } from '../../../lib/aws/dynamodb/image.ts';

/** An item as the stream carries it. */
export function imageOf(item: object): Image {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeValue(value)]));
}

function attributeValue(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    default:
      return value === null ? { NULL: true } : { M: imageOf(value as object) };
  }
}
