import { describe, expect, it } from 'vitest';
import { withoutData } from '../../lib/model/without-data.ts';

const serviceError = (message: string, more: object = {}) =>
  Object.assign(new Error(message), { name: 'ValidationException', $metadata: { requestId: 'r' }, ...more });

function messageOfParsing(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return withoutData(error).message;
  }
}

it('keeps name, code, message and where an error was thrown', () => {
  const error = Object.assign(new TypeError("cannot read 'x'"), { code: 'E5800' });

  const kept = withoutData(error);

  expect(kept).toMatchObject({ name: 'TypeError', message: "cannot read 'x'", code: 'E5800' });
  expect(kept.stack).toBe(error.stack);
});

it('keeps nothing else that hangs on it', () => {
  const error = serviceError('no', { Item: { outputs: 's3cret' }, CancellationReasons: [{ Item: 's3cret' }], $response: 's3cret' });

  expect(JSON.stringify(Object.getOwnPropertyDescriptors(withoutData(error)))).not.toContain('s3cret');
});

describe('leaves out what is quoted', () => {
  it.each([
    ["1 error: Value 's3cret' at 'taskToken' failed to satisfy constraint", '1 error: Value … failed to satisfy constraint'],
    ["Value '{\"a\": \"it's\ns3cret\"}' at 'x' is too long", 'Value … is too long'],
    ['no quotes, and nothing lost', 'no quotes, and nothing lost'],
    ["it's a single one", "it's a single one"],
  ])('by a service: %s', (message, expected) => {
    expect(withoutData(serviceError(message))).toMatchObject({ message: expected });
  });

  it.each(['{"a": s3cret}', 's3cret', '{"a": "s3cret", "b": oops}', '"s3cret"x'])('by a parser: %s', (text) => {
    expect(messageOfParsing(text)).not.toContain('s3c');
    expect(messageOfParsing(text)).not.toBe('');
  });

  it('also from the stack', () => {
    expect(withoutData(serviceError("Value 's3cret' at 'x'")).stack).not.toContain('s3cret');
  });

  it('and from what caused it', () => {
    const cause = withoutData(new Error('outer', { cause: serviceError("Value 's3cret'") })).cause as Error;

    expect(cause.message).toBe('Value …');
  });
});

it('says of what is no error only that it was thrown', () => {
  expect(withoutData('s3cret').message).toBe('a string was thrown');
  expect(withoutData({ body: 's3cret' }).message).toBe('a object was thrown');
  expect(withoutData(new Error('x', { cause: { body: 's3cret' } })).cause).toBeUndefined();
});
