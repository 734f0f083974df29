import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface HttpEventParts extends Partial<Omit<APIGatewayProxyEventV2, 'requestContext'>> {
  readonly method?: string;
  readonly stage?: string;
  /** What an authorizer found out. */
  readonly authorizer?: object;
}

/** A request as an HTTP API hands it over: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function httpEvent({ method = 'GET', stage = '$default', authorizer, ...parts }: HttpEventParts = {}): APIGatewayProxyEventV2 {
  const { rawPath = '/' } = parts;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    ...parts,
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
      requestId: 'id',
      routeKey: '$default',
      stage,
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: 1583348638390,
      ...(authorizer && { authorizer }),
    },
  };
}
