import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_NAMES, type BundleName } from './function-names.ts';
import { shakeZod } from './shake-zod.ts';

export interface LambdaBundle {
  readonly name: BundleName;
  /** What is loaded when the function starts. */
  readonly startBytes: number;
  /** With what is loaded only when it is needed. */
  readonly totalBytes: number;
}

/** X-Ray's SDK is CommonJS and asks for Node's own modules by `require`. */
const REQUIRE = "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** What run-task starts as a process of its own: its file is beside the one that starts it. */
const RUN_TASK_PROGRAMS = { 'condition-process': join(import.meta.dirname, '../lib/runtime/condition-process.ts') };

/** Bundles every function into `outDir/<name>/index.mjs`, with all it needs. */
export async function buildLambdas(outDir: string): Promise<LambdaBundle[]> {
  await rm(outDir, { recursive: true, force: true });
  return Promise.all(BUNDLE_NAMES.map((name) => bundle(name, join(outDir, name))));
}

async function bundle(name: BundleName, outdir: string): Promise<LambdaBundle> {
  const { metafile } = await build({
    entryPoints: { index: join(import.meta.dirname, `${name}.ts`), ...(name === 'run-task' ? RUN_TASK_PROGRAMS : {}) },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // imports that wait for their first use become files of their own
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    // stack traces and logs keep the names of the source
    keepNames: true,
    banner: { js: REQUIRE },
    plugins: [shakeZod],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const { outputs } = metafile;
  const entry = Object.keys(outputs).find((path) => basename(path) === 'index.mjs')!;
  const start = new Set([entry]);
  for (const path of start) {
    for (const { path: imported, kind } of outputs[path]!.imports) {
      if (kind === 'import-statement' && imported in outputs) start.add(imported);
    }
  }
  const sizeOf = (paths: Iterable<string>): number =>
    Array.from(paths, (path) => outputs[path]!.bytes).reduce((sum, bytes) => sum + bytes, 0);
  return { name, startBytes: sizeOf(start), totalBytes: sizeOf(Object.keys(outputs)) };
}

if (import.meta.main) {
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`.padStart(8);
  for (const { name, startBytes, totalBytes } of await buildLambdas(join(import.meta.dirname, '../dist/lambdas'))) {
    console.log(`${name.padEnd(16)} ${kilobytes(startBytes)} at the start, ${kilobytes(totalBytes)} in all`);
  }
}
