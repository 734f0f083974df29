import { describe, expect, test } from 'vitest';
import { targetText } from '../../lib/aws/target.ts';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:agents';
const URL = 'https://agents.example/run';
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf';

test.each([
  ['the mock', { type: 'mock' }, { type: 'mock' }],
  ['a function', { type: 'lambda', arn: ARN }, { type: 'lambda', arn: ARN, callbacks: false }],
  ['a version of a function', { type: 'lambda', arn: `${ARN}:live` }, { type: 'lambda', arn: `${ARN}:live`, callbacks: false }],
  [
    'a function in China',
    { type: 'lambda', arn: ARN.replace('aws', 'aws-cn') },
    { type: 'lambda', arn: ARN.replace('aws', 'aws-cn'), callbacks: false },
  ],
  ['a function that reports later', { type: 'lambda', arn: ARN, callbacks: true }, { type: 'lambda', arn: ARN, callbacks: true }],
  ['an endpoint', { type: 'http', url: URL }, { type: 'http', url: URL, callbacks: false }],
  [
    'an endpoint with a key',
    { type: 'http', url: URL, header: 'x-api-key', secret_arn: SECRET_ARN, callbacks: true },
    { type: 'http', url: URL, header: 'x-api-key', secret_arn: SECRET_ARN, callbacks: true },
  ],
])('takes %s', (_, given, expected) => {
  expect(targetText.parse(JSON.stringify(given))).toEqual(expected);
});

describe('refuses', () => {
  test.each([
    ['what is no target', {}, 'type'],
    ['another type', { type: 'mcp', url: URL }, 'type'],
    ['a mock with settings', { type: 'mock', arn: ARN }, ''],
    ['a function without its ARN', { type: 'lambda' }, 'arn'],
    ['the name of a function', { type: 'lambda', arn: 'agents' }, 'arn'],
    ['the ARN of something else', { type: 'lambda', arn: SECRET_ARN }, 'arn'],
    ['an endpoint without TLS', { type: 'http', url: 'http://agents.example' }, 'url'],
    ['an endpoint without a host', { type: 'http', url: '/run' }, 'url'],
    ['an endpoint with a password', { type: 'http', url: 'https://me:s3cret@agents.example' }, 'url'],
    ['a header without a secret', { type: 'http', url: URL, header: 'x-api-key' }, ''],
    ['a secret without a header', { type: 'http', url: URL, secret_arn: SECRET_ARN }, ''],
    ['a header that is two', { type: 'http', url: URL, header: 'a: b\nc', secret_arn: SECRET_ARN }, 'header'],
    ['a secret by its name', { type: 'http', url: URL, header: 'x-api-key', secret_arn: 'key' }, 'secret_arn'],
    ['callbacks as text', { type: 'lambda', arn: ARN, callbacks: 'true' }, 'callbacks'],
    ['a field nobody knows', { type: 'lambda', arn: ARN, timeout: 3 }, ''],
  ])('%s', (_, given, path) => {
    const result = targetText.safeParse(JSON.stringify(given));

    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  test.each(['', 'mock', "{'type':'mock'}"])('%j, which is not JSON', (text) => {
    expect(targetText.safeParse(text).error?.issues).toMatchObject([{ message: 'not JSON' }]);
  });
});
