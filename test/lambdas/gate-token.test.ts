import { expect, it } from 'vitest';
import { enteredAt, readGateToken } from '../../lambdas/gate-token.ts';

const TOKEN = 'AQCEAAAAKgAAAAMAAAAAAAAAAc1+/9=';

it('keeps the time at which a gate was entered with its token', () => {
  const payload = enteredAt({ run_id: 'r', task: 3, token: TOKEN }, 1_772_359_200_123);

  expect(payload).toEqual({ run_id: 'r', task: 3, token: `entered:1772359200123:${TOKEN}` });
});

it('reads both back', () => {
  expect(readGateToken(`entered:1772359200123:${TOKEN}`)).toEqual({ token: TOKEN, enteredMs: 1_772_359_200_123 });
});

it.each([TOKEN, 'entered:soon:token', 'x entered:1:token', 'entered:1:'])('reads %s as a token of something else', (token) => {
  expect(readGateToken(token)).toEqual({ token, enteredMs: undefined });
});

it.each([undefined, null, 'text', {}, { token: 7 }])('leaves the payload %j to whoever checks it', (payload) => {
  expect(enteredAt(payload, 0)).toBe(payload);
});
