import { ApiClient } from './api-client.ts';
import { readEndpoint } from './endpoint.ts';
import { RequestError } from './errors.ts';
import { findRegion } from './find-region.ts';
import { findStackEndpoint } from './find-stack-endpoint.ts';
import { isLoopback } from './loopback.ts';
import { type Authorize, isHeaderValue } from './request.ts';
import { signRequests } from './sign-requests.ts';

/** A deployment by the address of its API or by the name of its stack. */
export type DeploymentAddress = ({ readonly endpoint: string } | { readonly stack: string }) & {
  /** For an API with a JWT authoriser. Without it requests are signed, except to this machine. */
  readonly token?: string | undefined;
};

/** @throws EndpointError, StackError, SigningError, RequestError */
export async function connect(address: DeploymentAddress): Promise<ApiClient> {
  const endpoint = readEndpoint('endpoint' in address ? address.endpoint : await findStackEndpoint(address.stack));
  return new ApiClient({ endpoint, authorize: await authorization(endpoint, address.token) });
}

async function authorization(endpoint: URL, token: string | undefined): Promise<Authorize | undefined> {
  if (token !== undefined) return bearer(endpoint, token);
  return isLoopback(endpoint) ? undefined : signRequests(await findRegion(endpoint));
}

function bearer(endpoint: URL, token: string): Authorize {
  if (!isHeaderValue(token)) throw new RequestError('the token has characters that no header can have');
  if (endpoint.protocol === 'http:' && !isLoopback(endpoint))
    throw new RequestError(`${endpoint.origin} would get the token in the clear: use https`);
  return async () => ({ authorization: `Bearer ${token}` });
}
