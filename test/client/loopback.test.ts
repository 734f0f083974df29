import { expect, it } from 'vitest';
import { isLoopback } from '../../lib/client/loopback.ts';

it.each([
  ['http://localhost:8080', true],
  ['http://api.localhost', true],
  ['http://127.0.0.1', true],
  ['http://127.1.2.3', true],
  ['http://[::1]:8080', true],
  ['https://localhost.example.com', false],
  ['https://127.0.0.1.example.com', false],
  ['https://notlocalhost', false],
  ['https://abc.execute-api.eu-west-1.amazonaws.com', false],
  ['http://10.0.0.1', false],
])('%s is this machine: %s', (url, expected) => {
  expect(isLoopback(new URL(url))).toBe(expected);
});
