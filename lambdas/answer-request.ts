import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Api } from '../lib/api/api.ts';
import { handleApiRequest } from '../lib/api/handle-request.ts';
import { readRequest, writeResponse } from './api-request.ts';
import { type TenantRule, tenantOf } from './tenant.ts';

const NO_TENANT = {
  status: 403,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', title: 'Forbidden', status: 403, detail: 'the token names no tenant' }),
};

/** Answers a request for the tenant it comes from. */
export async function answerRequest(
  event: APIGatewayProxyEventV2,
  rule: TenantRule,
  apiOf: (tenantId: string) => Api,
): Promise<APIGatewayProxyStructuredResultV2> {
  const tenantId = tenantOf(event, rule);
  if (tenantId === undefined) return writeResponse(NO_TENANT);
  return writeResponse(await handleApiRequest(apiOf(tenantId), readRequest(event)));
}
