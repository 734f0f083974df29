import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface TenantRule {
  /** The claim of the caller's token that names the tenant. */
  readonly claim: string | undefined;
  /** Everybody's tenant where no claim is asked for. */
  readonly otherwise: string;
}

interface Authorizer {
  readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
}

/** Whose runs a request is about; undefined where the caller's token does not say although it must. */
export function tenantOf(event: APIGatewayProxyEventV2, { claim, otherwise }: TenantRule): string | undefined {
  if (claim === undefined) return otherwise;
  const { authorizer } = event.requestContext as { readonly authorizer?: Authorizer };
  const claims = authorizer?.jwt?.claims ?? {};
  const tenant = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return typeof tenant === 'string' && tenant !== '' ? tenant : undefined;
}
