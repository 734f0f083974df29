import { describe, expect, it } from 'vitest';
import { RequestError } from '../../lib/client/errors.ts';
import { writeRequest } from '../../lib/client/request.ts';

const urlOf = (endpoint: string, path: readonly string[], query = {}): string =>
  writeRequest(new URL(endpoint), { method: 'GET', path, query }).url.href;

describe('the URL of a request', () => {
  it.each(['https://api.test', 'https://api.test/'])('begins with %s', (endpoint) => {
    expect(urlOf(endpoint, ['runs', 'r'])).toBe('https://api.test/runs/r');
  });

  it.each(['http://127.0.0.1:1/stage', 'http://127.0.0.1:1/stage/'])('keeps the path of %s', (endpoint) => {
    expect(urlOf(endpoint, ['stats'])).toBe('http://127.0.0.1:1/stage/stats');
  });

  it('encodes all that is not unreserved', () => {
    expect(urlOf('https://api.test', ['runs', "a/b ü!'()*%2F?#"])).toBe('https://api.test/runs/a%2Fb%20%C3%BC%21%27%28%29%2A%252F%3F%23');
    expect(urlOf('https://api.test', ['runs'], { cursor: 'a+b c', limit: 3, none: undefined })).toBe(
      'https://api.test/runs?cursor=a%2Bb%20c&limit=3',
    );
  });

  it.each(['.', '..'])('cannot have a step %s', (step) => {
    expect(() => urlOf('https://api.test', ['runs', step])).toThrow(RequestError);
  });
});

it('sends a body as JSON', () => {
  const request = writeRequest(new URL('https://api.test'), { method: 'POST', path: ['plans'], body: { plan: 'ä', context: undefined } });

  expect(request).toMatchObject({
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: '{"plan":"ä"}',
  });
});

it.each(['', 'a b', 'ä', 'a\nb'])('does not send a header %j', (value) => {
  const call = { method: 'POST', path: ['plans'], headers: { 'idempotency-key': value } } as const;

  expect(() => writeRequest(new URL('https://api.test'), call)).toThrow('idempotency-key has characters that no header can have');
});
