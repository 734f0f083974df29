import { expect, it } from 'vitest';
import { matchRoute } from '../../lib/api/match-route.ts';
import { ROUTES } from '../../lib/api/routes.ts';
import { type KnownIds, ROUTE_REQUESTS } from './route-requests.ts';

const IDS: KnownIds = {
  runId: 'run',
  taskId: 'a',
  callbackId: 'callback',
  uploadId: 'upload',
  idempotencyKey: 'key',
  pool: 'gpu',
  cursor: 'cursor',
  planName: 'nightly',
  plan: {},
};

it('every route of the API has requests that are tried by another tenant, and with a store that fails', () => {
  expect(Object.keys(ROUTE_REQUESTS).sort()).toEqual(ROUTES.map(({ operationId }) => operationId).sort());
});

it.each(Object.entries(ROUTE_REQUESTS))('the requests of %s are its own', (operationId, requestsFor) => {
  const requests = requestsFor(IDS);

  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) expect(matchRoute(ROUTES, request).route.operationId).toBe(operationId);
});

it.each(ROUTES.filter(({ template }) => template.includes('{')).map(({ operationId, template }) => [operationId, template] as const))(
  '%s is asked for what is behind the ids of %s',
  (operationId, template) => {
    for (const request of ROUTE_REQUESTS[operationId]!(IDS)) {
      const values = Object.values(matchRoute(ROUTES, request).path);
      expect(values, template).toEqual(values.filter((value) => Object.values(IDS).includes(value)));
    }
  },
);
