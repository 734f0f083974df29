import { describe, expect, it } from 'vitest';
import { readRequest, writeResponse } from '../../lambdas/api-request.ts';
import { httpEvent } from './http-event.ts';

describe('readRequest', () => {
  it('takes a request as the routes do', () => {
    const event = httpEvent({
      method: 'POST',
      rawPath: '/runs/a%2Fb',
      queryStringParameters: { limit: '5' },
      headers: { 'content-type': 'application/json' },
      body: '{"é":1}',
    });

    expect(readRequest(event)).toEqual({
      method: 'POST',
      path: '/runs/a%2Fb',
      query: { limit: '5' },
      headers: { 'content-type': 'application/json' },
      body: '{"é":1}',
    });
  });

  it('takes a request without query and body', () => {
    expect(readRequest(httpEvent({ rawPath: '/runs' }))).toEqual({ method: 'GET', path: '/runs', query: {}, headers: {}, body: undefined });
  });

  it.each([
    ['$default', '/runs', '/runs'],
    ['$default', '/$default/runs', '/$default/runs'],
    ['prod', '/prod/runs', '/runs'],
    ['prod', '/prod/', '/'],
    ['prod', '/prod', '/'],
    ['prod', '/production/runs', '/production/runs'],
    ['prod', '/runs', '/runs'],
    ['runs', '/runs/runs', '/runs'],
  ])('stage %s: %s is the path %s', (stage, rawPath, path) => {
    expect(readRequest(httpEvent({ stage, rawPath })).path).toBe(path);
  });

  it.each([
    ['text', { body: 'eyJ4IjoxfQ==', isBase64Encoded: false }, 'eyJ4IjoxfQ=='],
    ['bytes in base64', { body: Buffer.from('{"é":1}').toString('base64'), isBase64Encoded: true }, '{"é":1}'],
    ['no bytes', { body: '', isBase64Encoded: true }, ''],
    ['nothing', { isBase64Encoded: true }, undefined],
  ])('reads a body of %s', (_, parts, body) => {
    expect(readRequest(httpEvent(parts)).body).toBe(body);
  });
});

it('writeResponse answers as an HTTP API takes it', () => {
  const response = { status: 202, headers: { location: '/runs/run' }, body: '{}' };

  expect(writeResponse(response)).toEqual({ statusCode: 202, headers: { location: '/runs/run' }, body: '{}' });
});
