import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { shakeZod } from './lambdas/bundling/shake-zod.ts';

const LIB = join(import.meta.dirname, 'lib');
/** Bundled: of what it consists of, most is never used. */
const BUNDLED = 'zod';

/**
 * Bundles what package.json exports, the command line and the program that evaluates conditions into `outDir/lib`. Whatever they share, or
 * import when they need it, becomes a file in that same folder: so `condition-process.js` is beside whatever starts it.
 */
export async function buildPackage(outDir: string): Promise<void> {
  const outdir = join(outDir, 'lib');
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: {
      index: join(LIB, 'index.ts'),
      'cli/main': join(LIB, 'cli/main.ts'),
      'condition-process': join(LIB, 'runtime/condition-process.ts'),
    },
    outdir,
    chunkNames: '[name]-[hash]',
    splitting: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: dependencies().filter((name) => name !== BUNDLED),
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [shakeZod],
  });
}

/** The packages that an installed one finds. */
export function dependencies(): string[] {
  const text = readFileSync(join(import.meta.dirname, 'package.json'), 'utf8');
  return Object.keys((JSON.parse(text) as { readonly dependencies: Record<string, string> }).dependencies);
}

if (import.meta.main) await buildPackage(join(import.meta.dirname, 'dist'));
