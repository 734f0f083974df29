import type { z } from 'zod';

/** What zod found in a value, as what the value has to be. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return limited(issue.origin, issue.inclusive === false ? 'above' : 'at least', issue.minimum);
    case 'too_big':
      return limited(issue.origin, issue.inclusive === false ? 'below' : 'at most', issue.maximum);
    case 'invalid_union':
      return issue.errors.map(([first]) => describeIssue(first!)).join(', or ');
    case 'invalid_key':
      return `the key: ${describeIssue(issue.issues[0]!)}`;
    default:
      return `${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
  }
}

const TYPE: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function limited(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'string') return `must have ${relation} ${limit} character${limit === 1 ? '' : 's'}`;
  return origin === 'array' ? `must have ${relation} ${limit} item${limit === 1 ? '' : 's'}` : `must be ${relation} ${limit}`;
}
