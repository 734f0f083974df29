import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { soak } from './soak.ts';

/* A small one of `npm run soak`. */

const folder = mkdtempSync(join(tmpdir(), 'soak-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a process that has many runs', () => {
  it('brings all to the end that they should come to, and counts them', async () => {
    const { runs, failed, problems } = await soak({ runs: 40, atOnce: 10, seed: 2, heapMb: 192, dataDir: folder });

    expect([failed, problems]).toEqual([[], []]);
    expect(runs).toHaveLength(40);
    expect(new Set(runs.map(({ treatment }) => treatment)).size).toBeGreaterThan(4);
  });
});
