import { ApiClient, type ApiClientOptions } from '../../lib/client/api-client.ts';

/** A client that does not wait, but notes how long it would. */
export function makeClient(url: string, options: Partial<ApiClientOptions> = {}) {
  const pauses: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
  };
  const client = new ApiClient({ endpoint: new URL(url), pause, random: () => 1, now: () => 0, ...options });
  return { client, pauses };
}
