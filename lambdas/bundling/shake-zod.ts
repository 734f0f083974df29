import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Reads `import { z } from 'zod'` of our own files as `import * as z from 'zod'`. They mean the same, but of the first esbuild
 * keeps all of zod (its messages in fifty languages too), of the second what is used.
 */
export const shakeZod: Plugin = {
  name: 'shake-zod',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace("import { z } from 'zod';", "import * as z from 'zod';"), loader: 'ts' };
    });
  },
};
