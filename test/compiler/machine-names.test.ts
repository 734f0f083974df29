import { expect, it } from 'vitest';
import type { Machine } from '../../lib/compiler/content-hash.ts';
import { emitMachines } from '../../lib/compiler/emit-machines.ts';
import type { Layout } from '../../lib/compiler/layout.ts';
import { isPart, MACHINE_NAME_PREFIX, partsIn } from '../../lib/compiler/machine-names.ts';
import { foreachLayout, seriesLayout, taskLayout } from './layouts.ts';

const machinesOf = (layout: Layout): Machine[] =>
  emitMachines(layout, {
    functions: { admitTask: 'admit', listItems: 'list', settleTask: 'settle', finishRun: 'finish' },
    factsOf: (task) => ({ name: `t${task}`, timeoutSec: 10, retriers: [], callback: false, runTask: 'run' }),
    gateTimeoutSec: 3600,
    machineArn: (name) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`,
  });
const machines = machinesOf(
  seriesLayout(
    { kind: 'child', part: taskLayout(0), label: 'part 1' },
    { kind: 'child', part: { kind: 'child', part: taskLayout(1), label: 'part 2' }, label: 'part 3' },
  ),
);
const names = machines.map(({ name }) => name);

it('names tell the parts from the machine of the run, which comes last', () => {
  expect(names.map(isPart)).toEqual([true, true, true, false]);
  for (const name of names) expect(name).toMatch(new RegExp(`^${MACHINE_NAME_PREFIX}(part-)?[0-9a-f]{32}$`));
});

it('a definition tells which parts its machine starts', () => {
  const [first, inner, outer] = names;

  expect(machines.map(({ definition }) => partsIn(definition))).toEqual([[], [], [inner], [first, outer]]);
});

it('the machine of a batch of items is a part, also of the machines of other batches', () => {
  const inner = foreachLayout(1, taskLayout(0), 0);
  const outer = foreachLayout(2, seriesLayout(inner, taskLayout(1)), 0);
  const nested = machinesOf(seriesLayout(outer, taskLayout(2)));

  const [innerBatch, outerBatch, run] = nested.map(({ name }) => name);
  expect(nested.map(({ name }) => isPart(name))).toEqual([true, true, false]);
  expect(nested.map(({ definition }) => [...new Set(partsIn(definition))].sort())).toEqual([
    [],
    [innerBatch],
    [innerBatch, outerBatch].sort(),
  ]);
  expect(run).toBeDefined();
});
