import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { buildPackage } from '../../build-package.ts';

const BENCH = join(import.meta.dirname, '..');
const PEERS = join(BENCH, 'peers');

/** The package as it is published, which finds itself by its name. */
const thePackage: Plugin = {
  name: 'the-package',
  setup({ onResolve }) {
    onResolve({ filter: /\/lib\/index\.ts$/ }, () => ({ path: 'task-orchestrator', external: true }));
  },
};

export interface BuiltWorkers {
  /** The URL of worker.ts, built. */
  readonly worker: string;
  /** The URLs of the contestants' modules, built, in the order in which they were given. */
  readonly contestants: readonly string[];
}

/**
 * Builds this project's package, and the worker and all contestants as JavaScript that loads packages as they are installed: TypeScript
 * that Node reads by itself costs time and 20 MB that no user of a package has.
 *
 * They come into `bench/dist`, one folder below bench like the sources, and for peers into `bench/peers/dist`, where their packages are found.
 *
 * @param modules the URLs of the contestants' modules
 */
export async function buildWorkers(modules: readonly string[]): Promise<BuiltWorkers> {
  const dist = join(BENCH, 'dist');
  await Promise.all([dist, join(PEERS, 'dist')].map((folder) => rm(folder, { recursive: true, force: true })));
  await buildPackage(join(BENCH, '../dist'));
  const sources = [join(BENCH, 'measure/worker.ts'), ...modules.map((url) => fileURLToPath(url))];
  const outputs = sources.map((source) => `${source.startsWith(PEERS) ? 'peers/dist' : 'dist'}/${basename(source, '.ts')}`);
  await build({
    entryPoints: sources.map((source, i) => ({ in: source, out: outputs[i]! })),
    outdir: BENCH,
    chunkNames: 'dist/[name]-[hash]',
    splitting: true,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
    plugins: [thePackage],
  });
  const [worker, ...contestants] = outputs.map((output) => pathToFileURL(join(BENCH, `${output}.js`)).href);
  return { worker: worker!, contestants };
}
