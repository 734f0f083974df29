import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { preparePlan, TaskOrchestrator, VirtualClock } from '../../lib/index.ts';

const file = (name: string) => join(import.meta.dirname, name);
const plan = () => JSON.parse(readFileSync(file('plan.json'), 'utf8')) as unknown;

describe('the seed workflow', () => {
  it('compiles to the definition beside it (UPDATE_EXAMPLES=1 writes it anew)', () => {
    const definition = `${JSON.stringify(JSON.parse(preparePlan(plan()).compilation.machines.at(-1)!.definition), null, 2)}\n`;
    if (process.env.UPDATE_EXAMPLES) writeFileSync(file('plan.asl.json'), definition);

    expect(readFileSync(file('plan.asl.json'), 'utf8')).toBe(definition);
  });

  it('runs to its end with the outputs of its tasks', async () => {
    const orchestrator = new TaskOrchestrator({ clock: new VirtualClock() });

    const result = await orchestrator.executePlan(plan());

    expect(result).toMatchObject({ status: 'completed', completed_tasks: 5, failed_tasks: 0 });
    expect(result.outputs).toMatchObject({
      fetch: { data: '42 rows' },
      process: { response: 'mock response to Process data' },
      save: { data: 'mock data of file_write' },
    });
  });
});
