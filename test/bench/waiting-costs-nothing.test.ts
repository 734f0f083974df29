import { expect, it } from 'vitest';
import { compileAs } from '../../bench/measure/compile-as.ts';
import { countedRun } from '../../bench/measure/counted-run.ts';
import { loadWorkload } from '../workloads.ts';

/** A real workflow, three tasks at once, so that most of them wait for a gate or a place. Each takes one to seven units. */
function planWith({ unitSec }: { unitSec: number }): object {
  const { tasks } = loadWorkload('nextflow-rnaseq');
  return {
    plan_id: 'waits',
    tasks: tasks.map(({ id, deps }, index) => ({
      task_id: id,
      timeout_seconds: 3600,
      dependencies: deps.map((dependency) => ({ task_id: dependency })),
      metadata: { mock: { duration_sec: (1 + (index % 7)) * unitSec } },
    })),
    resource_budget: { max_parallel_tasks: 3 },
  };
}

it('nothing polls: tasks that take thirty times as long cost not one transition, call, read or write more', async () => {
  const [short, long] = [
    await countedRun(compileAs(undefined, planWith({ unitSec: 1 }))),
    await countedRun(compileAs(undefined, planWith({ unitSec: 30 }))),
  ];

  expect(long.usage).toEqual(short.usage);
  expect(long.historyEvents).toBe(short.historyEvents);
});
