import type { Plugin } from 'esbuild';

/** Bundles files of this project in the place of packages. */
export function insteadOf(files: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'instead-of',
    setup(build) {
      const filter = new RegExp(`^(?:${Object.keys(files).join('|')})$`);
      build.onResolve({ filter }, ({ path }) => ({ path: files[path]! }));
    },
  };
}
