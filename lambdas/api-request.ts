import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiRequest, ApiResponse } from '../lib/api/api.ts';

/** A request of an HTTP API (payload format 2.0) as the routes take it. */
export function readRequest(event: APIGatewayProxyEventV2): ApiRequest {
  const { http, stage } = event.requestContext;
  const prefix = `/${stage}`;
  const isPrefixed = stage !== '$default' && (event.rawPath === prefix || event.rawPath.startsWith(`${prefix}/`));
  return {
    method: http.method,
    path: isPrefixed ? event.rawPath.slice(prefix.length) || '/' : event.rawPath,
    query: event.queryStringParameters ?? {},
    headers: event.headers,
    body: event.body === undefined || !event.isBase64Encoded ? event.body : Buffer.from(event.body, 'base64').toString(),
  };
}

export function writeResponse({ status, headers, body }: ApiResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...headers }, body };
}
