import type { Api, ApiRequest, ApiResponse } from './api.ts';

/** Answers one request to the HTTP API, whoever carries it. Never throws. */
export async function handleApiRequest(_api: Api, _request: ApiRequest): Promise<ApiResponse> {
  return { status: 404, headers: { 'content-type': 'application/problem+json' }, body: '{}' };
}
