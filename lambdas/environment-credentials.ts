import { fromEnv } from '@aws-sdk/credential-provider-env';

/** A function's credentials stand in its environment: bundles have this for `@aws-sdk/credential-provider-node`, which looks in many places. */
export const defaultProvider = (): ReturnType<typeof fromEnv> => fromEnv();
