export interface Parts {
  readonly update?: string;
  readonly condition?: string;
  readonly keyCondition?: string;
  readonly projection?: string;
  readonly values?: Record<string, unknown>;
}

/** What a command says in expressions. */
export interface Expressions {
  UpdateExpression?: string;
  ConditionExpression?: string;
  KeyConditionExpression?: string;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

/** Expressions in which every attribute is written `#name`, with the names filled in: half of them are reserved words. */
export function expressions({ update, condition, keyCondition, projection, values }: Parts): Expressions {
  const names = [update, condition, keyCondition, projection].flatMap((text) => text?.match(/#\w+/g) ?? []);
  return {
    ...(update === undefined ? {} : { UpdateExpression: update }),
    ...(condition === undefined ? {} : { ConditionExpression: condition }),
    ...(keyCondition === undefined ? {} : { KeyConditionExpression: keyCondition }),
    ...(projection === undefined ? {} : { ProjectionExpression: projection }),
    ...(names.length === 0 ? {} : { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])) }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
  };
}
