import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { makeDynamoClient } from '../../../lib/aws/dynamodb/make-client.ts';
import { TableClient } from '../../../lib/aws/dynamodb/table-client.ts';

/** Throttles so many calls, then answers. */
async function throttlingServer(throttled: number) {
  let calls = 0;
  const server = createServer((_, response) => {
    const isThrottled = calls++ < throttled;
    response.writeHead(isThrottled ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.0' });
    const type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    response.end(JSON.stringify(isThrottled ? { __type: type, message: 'slow down' } : { Item: { PK: { S: 'p' }, SK: { S: 's' } } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, calls: () => calls, [Symbol.dispose]: () => void server.close() };
}

const settings = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

test('a call that is throttled is made again', async () => {
  using server = await throttlingServer(2);
  const table = new TableClient(makeDynamoClient({ ...settings, endpoint: server.endpoint }), 'table');

  expect(await table.get({ PK: 'p', SK: 's' })).toEqual({ PK: 'p', SK: 's' });

  expect(server.calls()).toBe(3);
});

test('tries eight times, unless told otherwise', async () => {
  expect(await makeDynamoClient(settings).config.maxAttempts()).toBe(8);
  expect(await makeDynamoClient({ ...settings, maxAttempts: 2 }).config.maxAttempts()).toBe(2);
});
