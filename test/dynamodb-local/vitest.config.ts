import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/**/*.slow.ts'],
    globalSetup: ['test/dynamodb-local/global-setup.ts'],
    testTimeout: 60_000,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  },
});
