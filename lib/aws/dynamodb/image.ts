import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item in DynamoDB's own JSON, as streams and failed conditions carry it. */
export type Image = Readonly<Record<string, AttributeValue>>;

/** The strings and numbers of an image; what else there is, is left out. */
export function readImage(image: Image): Record<string, string | number> {
  const document: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(image)) {
    if (value.S !== undefined) document[name] = value.S;
    else if (value.N !== undefined) document[name] = Number(value.N);
  }
  return document;
}
