import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { bundleClients } from './bundling/bundle-clients.ts';
import { insteadOf } from './bundling/instead-of.ts';
import { JSONATA_FILE, jsonataApart, LAZY_JSONATA } from './bundling/jsonata-apart.ts';
import { onlyVersion } from './bundling/only-version.ts';
import { shakeZod } from './bundling/shake-zod.ts';
import { withoutJsonSchemas } from './bundling/without-json-schemas.ts';
import { BUNDLE_NAMES, type BundleName } from './function-names.ts';

export interface LambdaBundle {
  readonly name: BundleName;
  /** What is loaded when the function starts. */
  readonly startBytes: number;
  /** With what is loaded only when it is needed. */
  readonly totalBytes: number;
  /** The paths of the source files that are in what is loaded when the function starts. */
  readonly startFiles: readonly string[];
  /** The packages that these are of. */
  readonly startPackages: readonly string[];
}

/** X-Ray's SDK is CommonJS and asks for Node's own modules by `require`. */
const REQUIRE = "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** The innermost package of a path. */
const PACKAGE = /(?:^|.*[\\/])node_modules[\\/](?<name>(?:@[^\\/]+[\\/])?[^\\/]+)/;
const INSTEAD_OF = {
  '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'environment-credentials.ts'),
  '@aws-sdk/endpoint-cache': join(import.meta.dirname, 'no-endpoint-cache.ts'),
};
const MAKES_JSON_SCHEMAS: readonly BundleName[] = ['api'];
/** What run-task starts as a process of its own: its file is beside the one that starts it. */
const RUN_TASK_PROGRAMS = { 'condition-process': join(import.meta.dirname, '../lib/runtime/condition-process.ts') };

/** Bundles every function into `outDir/<name>/index.mjs`, with all it needs. */
export async function buildLambdas(outDir: string): Promise<LambdaBundle[]> {
  await rm(outDir, { recursive: true, force: true });
  const clientsDir = join(outDir, 'clients');
  const clients = await bundleClients(clientsDir, { ...OPTIONS, plugins: [insteadOf(INSTEAD_OF), onlyVersion] });
  const bundles = await Promise.all(BUNDLE_NAMES.map((name) => bundle(name, join(outDir, name), clients)));
  await rm(clientsDir, { recursive: true });
  return bundles;
}

const OPTIONS = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  // stack traces and logs keep the names of the source
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

async function bundle(name: BundleName, outdir: string, clients: Readonly<Record<string, string>>): Promise<LambdaBundle> {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: { index: join(import.meta.dirname, `${name}.ts`), ...(name === 'run-task' ? RUN_TASK_PROGRAMS : {}) },
    outdir,
    // imports that wait for their first use become files of their own
    splitting: true,
    chunkNames: '[name]-[hash]',
    banner: { js: REQUIRE },
    plugins: [
      insteadOf({ ...INSTEAD_OF, ...clients }),
      onlyVersion,
      jsonataApart,
      shakeZod,
      ...(MAKES_JSON_SCHEMAS.includes(name) ? [] : [withoutJsonSchemas]),
    ],
    metafile: true,
  });
  if (Object.keys(metafile.inputs).some((path) => LAZY_JSONATA.test(path))) {
    const apart = await build({ ...OPTIONS, ...JSONATA_FILE, outdir, metafile: true });
    Object.assign(metafile.outputs, apart.metafile.outputs);
  }
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
  const startFiles = filesOf(outputs, start);
  return { name, startBytes: sizeOf(start), totalBytes: sizeOf(Object.keys(outputs)), startFiles, startPackages: packagesOf(startFiles) };
}

/** Of files that really are in the outputs, not of those that were looked at for them. */
function filesOf(outputs: Metafile['outputs'], paths: Iterable<string>): string[] {
  const inputs = Array.from(paths).flatMap((path) => Object.entries(outputs[path]!.inputs));
  return [...new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file))].sort();
}

function packagesOf(files: readonly string[]): string[] {
  return [...new Set(files.flatMap((file) => PACKAGE.exec(file)?.groups?.name ?? []))].sort();
}

if (import.meta.main) {
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`.padStart(8);
  for (const { name, startBytes, totalBytes } of await buildLambdas(join(import.meta.dirname, '../dist/lambdas'))) {
    console.log(`${name.padEnd(16)} ${kilobytes(startBytes)} at the start, ${kilobytes(totalBytes)} in all`);
  }
}
