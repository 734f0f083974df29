import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What loads JSONata at its first call. */
export const LAZY_JSONATA = /[\\/]model[\\/]lazy-jsonata\.ts$/;

/** Bundles load it from the file beside them that `JSONATA_FILE` makes. */
export const jsonataApart: Plugin = {
  name: 'jsonata-apart',
  setup(build) {
    build.onLoad({ filter: LAZY_JSONATA }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace("load('jsonata')", "load('./jsonata.cjs')"), loader: 'ts' };
    });
  },
};

export const JSONATA_FILE = { entryPoints: { jsonata: 'jsonata' }, format: 'cjs', outExtension: { '.js': '.cjs' } } as const;
