import validateAsl from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { countedRun } from '../../bench/measure/counted-run.ts';
import { costInUsd } from '../../lib/compiler/run-cost.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { workloadPlan } from '../workload-plan.ts';
import { loadWorkload, WORKLOADS } from '../workloads.ts';

function compileWorkload(name: string, maxParallel?: number) {
  return preparePlan(workloadPlan(loadWorkload(name), maxParallel === undefined ? {} : { maxParallel })).compilation;
}

describe.each(WORKLOADS)('the definition of %s', (name) => {
  it.each([undefined, 10])('is valid, and a run does what the report predicts (limit %s)', { timeout: 120_000 }, async (limit) => {
    const compilation = compileWorkload(name, limit);

    for (const { definition } of compilation.machines) {
      const { isValid, errorsText } = validateAsl(JSON.parse(definition));
      expect(isValid, errorsText('\n')).toBe(true);
      expect(Buffer.byteLength(definition)).toBeLessThan(1024 * 1024);
    }
    const { usage, seconds, historyEvents } = await countedRun(compilation);
    const { report, spec } = compilation;
    expect(report).toMatchObject({
      transitions: usage.transitions,
      lambda_calls: usage.lambdaCalls,
      read_units: usage.reads,
      write_units: usage.writes,
      expected_makespan_sec: seconds,
      estimated_cost_usd: costInUsd(usage),
    });
    // a state that is told to go on before its function has returned writes one event less
    const toldToGoOn = spec.tasks.filter((task) => task.gate !== undefined || task.callback).length;
    expect(report.estimated_events).toBeGreaterThanOrEqual(historyEvents);
    expect(report.estimated_events).toBeLessThanOrEqual(historyEvents + toldToGoOn);
  });
});
