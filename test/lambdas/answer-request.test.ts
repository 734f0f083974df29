import { expect, it } from 'vitest';
import { answerRequest } from '../../lambdas/answer-request.ts';
import type { Api } from '../../lib/api/api.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { LocalUploads } from '../../lib/local/local-uploads.ts';
import { Planner } from '../../lib/planning/planner.ts';
import { LOCAL_TARGETS } from '../../lib/planning/prepare-plan.ts';
import { RunControls } from '../../lib/run-control/run-controls.ts';
import { createRun } from '../contract/factories.ts';
import { type HttpEventParts, httpEvent } from './http-event.ts';

const RULE = { claim: 'tenant', otherwise: 'everybody' };

function makeApi(): Api {
  const { runtime, blobs } = new LocalPlatform({});
  const ports = { runtime, blobs, queue: { send: async () => {} } };
  const planner = new Planner({ ports, targets: LOCAL_TARGETS });
  const uploads = new LocalUploads({ blobs, clock: runtime.clock, origin: () => 'http://127.0.0.1:80' });
  return { runtime, planner, controls: new RunControls(ports, planner), uploads };
}

async function answer(event: HttpEventParts, apis: ReadonlyMap<string, Api> = new Map()) {
  const asked: string[] = [];
  const { statusCode, headers, body } = await answerRequest(httpEvent(event), RULE, (tenantId) => {
    asked.push(tenantId);
    return apis.get(tenantId)!;
  });
  return { statusCode, headers, body: JSON.parse(body!) as unknown, asked };
}

it('answers from what belongs to the tenant of the request', async () => {
  const apis = new Map([
    ['mine', makeApi()],
    ['theirs', makeApi()],
  ]);
  await createRun(apis.get('mine')!.runtime.store, 'run');
  const getRun = (tenant: string) => answer({ rawPath: '/runs/run', authorizer: { jwt: { claims: { tenant } } } }, apis);

  expect(await getRun('mine')).toMatchObject({ statusCode: 200, body: { run_id: 'run', status: 'queued' }, asked: ['mine'] });
  expect(await getRun('theirs')).toMatchObject({ statusCode: 404, asked: ['theirs'] });
});

it('refuses a request of no tenant, and asks nobody', async () => {
  const { statusCode, headers, body, asked } = await answer({ rawPath: '/runs/run' });

  expect(statusCode).toBe(403);
  expect(headers).toEqual({ 'content-type': 'application/problem+json' });
  expect(body).toEqual({ type: 'about:blank', title: 'Forbidden', status: 403, detail: 'the token names no tenant' });
  expect(asked).toEqual([]);
});
