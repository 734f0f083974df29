import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCli } from '../cli/command-line.ts';
import { apiUrl, readStage } from './stage.ts';

const seed = join(import.meta.dirname, '../../examples/seed-workflow/plan.json');
const AGENTS_TASKS = 3;
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

    // but for the tasks of agents, which may wait for a callback there: another state, and a write that leaves its token
    const { definition_bytes: _, estimated_events: __, estimated_cost_usd: ___, write_units, ...same } = here.json;
    expect(deployed.json).toMatchObject({ ...same, write_units: (write_units as number) + AGENTS_TASKS });
  });
});
