import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorkload } from '../workloads.ts';
import { killRun, measure, type Undisturbed } from './kill.ts';
import { killPlan } from './kill-plan.ts';

/* A few of the kills of `npm run torture:kills`, which has any number of them and says more of those that fail. */

const SEED = 5;
const KILLS = 12;

const folder = mkdtempSync(join(tmpdir(), 'kills-'));
let undisturbed: Undisturbed;

beforeAll(async () => {
  undisturbed = await measure(killPlan(loadWorkload('nextflow-viralrecon')), folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`a run that is killed, seed ${SEED}`, () => {
  it.concurrent.each(Array.from({ length: KILLS }, (_, index) => index))('ends as it does undisturbed, index %i', async (index) => {
    const { deaths, problems } = await killRun({ undisturbed, seed: SEED, index, dataDir: join(folder, String(index)) });

    expect(problems, deaths.join(', then ')).toEqual([]);
  });
});
