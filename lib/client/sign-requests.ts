import { SigningError } from './errors.ts';
import type { Authorize } from './request.ts';

export type FindCredentials = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}>;

export interface SigningOptions {
  /** Default: the usual chain of environment, profiles, SSO, containers and instances. */
  readonly credentials?: FindCredentials | undefined;
  readonly now?: (() => Date) | undefined;
}

/** Signature Version 4 for `execute-api`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export async function signRequests(region: string, options: SigningOptions = {}): Promise<Authorize> {
  // what takes long to load is loaded where requests are signed
  const [{ SignatureV4 }, { Sha256 }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/core/checksum'),
    import('@aws-sdk/credential-provider-node'),
  ]);
  const { credentials = defaultProvider(), now = () => new Date() } = options;
  const signer = new SignatureV4({ service: 'execute-api', region, credentials: orExplain(credentials), sha256: Sha256 });
  return async ({ method, url, headers, body }) => {
    const signed = await signer.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { ...headers, host: url.host },
        body,
      },
      { signingDate: now() },
    );
    const { host: _, ...rest } = signed.headers; // fetch sets it
    return rest;
  };
}

function orExplain(credentials: FindCredentials): FindCredentials {
  return async () => {
    try {
      return await credentials();
    } catch (error) {
      throw new SigningError(`there are no AWS credentials to sign requests with: ${(error as Error).message}`, { cause: error });
    }
  };
}
