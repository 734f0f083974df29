import type { Plugin } from 'esbuild';

const FILE = 'jsonata.cjs';

/** Few plans have conditions, and they are read in one go: bundles load JSONata at its first call, from the file that `JSONATA_FILE` makes. */
export const jsonataApart: Plugin = {
  name: 'jsonata-apart',
  setup(build) {
    build.onResolve({ filter: /^jsonata$/ }, () => ({ path: FILE, namespace: 'jsonata-apart' }));
    build.onLoad({ filter: /./, namespace: 'jsonata-apart' }, () => ({
      contents: `import { createRequire } from 'node:module';
const load = createRequire(import.meta.url);
let jsonata;
export default (...given) => {
  jsonata ??= load('./${FILE}');
  return jsonata(...given);
};`,
    }));
  },
};

export const JSONATA_FILE = { entryPoints: { jsonata: 'jsonata' }, format: 'cjs', outExtension: { '.js': '.cjs' } } as const;
