import type { ApiRequest } from '../../lib/api/api.ts';

/** What a caller knows, or guesses, of somebody's run. */
export interface KnownIds {
  readonly runId: string;
  readonly taskId: string;
  readonly callbackId: string;
  readonly uploadId: string;
  readonly idempotencyKey: string;
  readonly pool: string;
  /** Of a page of runs. */
  readonly cursor: string;
  /** Of a stored plan. */
  readonly planName: string;
  readonly plan: object;
}

type Request = Pick<ApiRequest, 'method' | 'path'> & Partial<ApiRequest>;

const withBody = (method: 'POST' | 'PUT', path: string, body: unknown, headers: Record<string, string> = {}): Request => ({
  method,
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const get = (path: string, query: Record<string, string> = {}): Request => ({ method: 'GET', path, query });

/**
 * Of every operation of the API, by its id, the requests that ask for what is behind these ids. `route-requests.test.ts` says which
 * operation is missing.
 */
export const ROUTE_REQUESTS: Readonly<Record<string, (ids: KnownIds) => readonly Request[]>> = {
  submitPlan: ({ plan, idempotencyKey, uploadId, runId }) => [
    withBody('POST', '/plans', plan, { 'idempotency-key': idempotencyKey }),
    withBody('POST', '/plans', { upload_id: uploadId }),
    // the run of an upload has its id
    withBody('POST', '/plans', { upload_id: runId }),
    { ...withBody('POST', '/plans', { upload_id: uploadId }), query: { dry_run: 'true' } },
    { ...withBody('POST', '/plans', plan), query: { dry_run: 'true' } },
    withBody('POST', '/plans', { upload: true, size_bytes: 10 }),
  ],
  listPlans: ({ planName }) => [get('/plans'), get('/plans', { limit: '100', after: planName.slice(0, -1) })],
  getPlan: ({ planName }) => [get(`/plans/${planName}`)],
  deletePlan: ({ planName }) => [{ method: 'DELETE', path: `/plans/${planName}` }],
  putPlan: ({ planName, plan }) => [withBody('PUT', `/plans/${planName}`, plan)],
  listRuns: ({ cursor }) => [get('/runs'), get('/runs', { limit: '100', cursor })],
  getRun: ({ runId }) => [get(`/runs/${runId}`), get(`/runs/${runId}`, { wait: '20', status: 'queued' })],
  listTasks: ({ runId }) => [
    get(`/runs/${runId}/tasks`),
    get(`/runs/${runId}/tasks`, { cursor: Buffer.from('{"ordinal":1}').toString('base64url') }),
  ],
  getTask: ({ runId, taskId }) => [get(`/runs/${runId}/tasks/${taskId}`)],
  listEvents: ({ runId }) => [get(`/runs/${runId}/events`), get(`/runs/${runId}/events`, { after: '1', limit: '1000' })],
  cancelRun: ({ runId }) => [{ method: 'POST', path: `/runs/${runId}/cancel` }],
  pauseRun: ({ runId }) => [{ method: 'POST', path: `/runs/${runId}/pause` }],
  resumeRun: ({ runId }) => [{ method: 'POST', path: `/runs/${runId}/resume` }],
  retryRun: ({ runId, plan }) => [
    { method: 'POST', path: `/runs/${runId}/retry` },
    withBody('POST', `/runs/${runId}/retry`, { plan, max_retries: 3 }),
    { ...withBody('POST', `/runs/${runId}/retry`, { plan }), query: { dry_run: 'true' } },
  ],
  getStatistics: () => [get('/stats')],
  reportCallback: ({ callbackId }) => [
    withBody('POST', `/callbacks/${callbackId}`, { status: 'heartbeat' }),
    withBody('POST', `/callbacks/${callbackId}`, { status: 'failed', error: 'taken over' }),
    withBody('POST', `/callbacks/${callbackId}`, { status: 'succeeded', outputs: { taken: 'over' } }),
  ],
  listPools: () => [get('/pools')],
  putPool: ({ pool }) => [withBody('PUT', `/pools/${pool}`, { limit: 1 })],
  getOpenApi: () => [get('/openapi.json')],
};
