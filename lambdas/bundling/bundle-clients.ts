import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const FOLDER = join(import.meta.dirname, '../clients');

/** Clients that functions load at their first use, if ever: a file of `lambdas/clients` with what is used of them, by package. */
const LOADED_LATER = {
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-secrets-manager': 'secrets-manager',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/s3-request-presigner': 's3',
} as const;

/**
 * Bundles these clients by themselves, each with a copy of its own of what it shares with others. The chunks of a function's bundle share
 * files as they are, not in parts: what only the client of S3 needs of the SDK's core, XML for one, would be loaded by every start.
 *
 * @returns the bundles, by the package in whose place they are
 */
export async function bundleClients(outdir: string, options: BuildOptions): Promise<Record<string, string>> {
  const names = [...new Set(Object.values(LOADED_LATER))];
  await build({
    ...options,
    entryPoints: Object.fromEntries(names.map((name) => [name, join(FOLDER, `${name}.ts`)])),
    outdir,
    splitting: false,
  });
  return Object.fromEntries(Object.entries(LOADED_LATER).map(([name, file]) => [name, join(outdir, `${file}.mjs`)]));
}
