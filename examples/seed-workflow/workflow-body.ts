import { expect } from 'vitest';
import { type ExamplePlan, planOf } from '../plan-of.ts';
import type { ExampleResult, RunPlan } from '../run-plan.ts';

export function seedPlan(): ExamplePlan {
  return planOf('seed-workflow');
}

/** What holds of the seed workflow wherever it runs with the mock. */
export async function runsSeedWorkflow(run: RunPlan): Promise<ExampleResult> {
  const result = await run(seedPlan());

  expect(result).toMatchObject({ status: 'completed', completed_tasks: 5, failed_tasks: 0 });
  expect(result.outputs).toMatchObject({
    fetch: { data: '42 rows' },
    process: { response: 'mock response to Process data' },
    save: { data: 'mock data of file_write' },
  });
  return result;
}
