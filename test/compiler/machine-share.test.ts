import { expect, it } from 'vitest';
import { LOCAL_TARGETS, preparePlan } from '../../lib/planning/prepare-plan.ts';

it('cuts a plan into more machines where a machine may have less', () => {
  const tasks = Array.from({ length: 20 }, (_, n) => ({ task_id: `t${n}`, dependencies: n === 0 ? [] : [{ task_id: `t${n - 1}` }] }));
  const machines = (historyEvents: number): number => {
    const machineQuotas = { definitionBytes: 1024 * 1024, historyEvents };
    return preparePlan({ tasks }, { targets: { ...LOCAL_TARGETS, machineQuotas } }).compilation.machines.length;
  };

  expect(machines(25_000)).toBe(1);
  expect(machines(400)).toBeGreaterThan(2);
});
