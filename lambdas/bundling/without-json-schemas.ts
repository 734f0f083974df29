import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const EXPORTS = /^export (?:const|function) (\w+)/gm;

/** Every schema of zod can describe itself as a JSON Schema, and brings along what that takes; only the API's description asks for it. */
export const withoutJsonSchemas: Plugin = {
  name: 'without-json-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/](?:to-json-schema|json-schema-processors)\.js$/ }, async ({ path }) => {
      const names = Array.from((await readFile(path, 'utf8')).matchAll(EXPORTS), ([, name]) => `none as ${name}`);
      const contents = `const none = () => { throw new TypeError('this function makes no JSON Schemas'); };
export { none as process, ${names.join(', ')} };`;
      return { contents, loader: 'js' };
    });
  },
};
