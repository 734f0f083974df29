import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { preparePlan, TaskOrchestrator, VirtualClock } from '../../lib/index.ts';
import { runsOn } from '../run-plan.ts';
import { runsSeedWorkflow, seedPlan } from './workflow-body.ts';

describe('the seed workflow', () => {
  it('compiles to the definition beside it (UPDATE_EXAMPLES=1 writes it anew)', () => {
    const file = join(import.meta.dirname, 'plan.asl.json');
    const definition = `${JSON.stringify(JSON.parse(preparePlan(seedPlan()).compilation.machines.at(-1)!.definition), null, 2)}\n`;
    if (process.env.UPDATE_EXAMPLES) writeFileSync(file, definition);

    expect(readFileSync(file, 'utf8')).toBe(definition);
  });

  it('runs to its end with the outputs of its tasks', async () => {
    await runsSeedWorkflow(runsOn(new TaskOrchestrator({ clock: new VirtualClock() })));
  });
});
