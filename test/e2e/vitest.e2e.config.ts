import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LastFiles } from './last-files.ts';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    // one emulator, two processors: one file at a time
    fileParallelism: false,
    sequence: { sequencer: LastFiles },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
});
