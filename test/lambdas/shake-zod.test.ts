import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shakeZod } from '../../lambdas/bundling/shake-zod.ts';

const SOURCE = `import { z } from 'zod';
const text = "import { z } from 'nowhere';";
export const parse = (value: unknown): string => z.object({ name: z.string().min(1) }).parse(value).name + text.length;
`;
const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache');

let folder: string;
beforeAll(async () => {
  await mkdir(CACHE, { recursive: true });
  // where zod is found
  folder = await mkdtemp(join(CACHE, 'shake-zod-'));
  await writeFile(join(folder, 'source.ts'), SOURCE);
});
afterAll(() => rm(folder, { recursive: true }));

async function bundle(plugins: NonNullable<BuildOptions['plugins']>) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'source.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    write: false,
    plugins,
  });
  const { contents, text } = outputFiles[0]!;
  const module = (await import(`data:text/javascript;base64,${Buffer.from(contents).toString('base64')}`)) as {
    parse: (value: unknown) => string;
  };
  return { sizeBytes: contents.length, hasLocales: text.includes('Ongeldige invoer'), parse: module.parse };
}

it('keeps of zod what is used, and its messages in no other language', async () => {
  const whole = await bundle([]);
  const shaken = await bundle([shakeZod]);

  expect([whole.hasLocales, shaken.hasLocales]).toEqual([true, false]);
  expect(shaken.sizeBytes).toBeLessThan(whole.sizeBytes / 2);
});

it('changes nothing of what the code does', async () => {
  const { parse } = await bundle([shakeZod]);

  expect(parse({ name: 'a' })).toBe('a28');
  expect(() => parse({ name: '' })).toThrow('Too small');
});
