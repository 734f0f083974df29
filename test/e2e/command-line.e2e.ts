import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCli } from '../cli/command-line.ts';
import { apiUrl, readStage } from './stage.ts';

const seed = join(import.meta.dirname, '../../examples/seed-workflow/plan.json');
const endpoint = ['--endpoint', apiUrl(readStage())];

async function cli(...args: readonly string[]): Promise<{ code: number; json: Record<string, unknown> }> {
  const { status, stdout, stderr } = await startCli([...args, '--json']).outcome;
  expect(stderr).toBe('');
  return { code: status, json: JSON.parse(stdout) as Record<string, unknown> };
}

describe('the command line, on the deployment', () => {
  it('runs a plan with the outcome of this machine', async () => {
    const [deployed, here] = [await cli('run', seed, ...endpoint), await cli('run', seed, '--simulate')];

    expect(deployed).toMatchObject({ code: 0, json: { status: 'completed' } });
    expect(deployed.json.outputs).toEqual(here.json.outputs);
  });

  it('compiles a plan to the same report', async () => {
    const [deployed, here] = [await cli('compile', seed, ...endpoint), await cli('compile', seed)];

    // but for the states of agents' tasks, which wait for a callback there
    const { definition_bytes: _, estimated_events: __, ...same } = here.json;
    expect(deployed.json).toMatchObject(same);
  });
});
