import { expect, it } from 'vitest';
import { emitMachines } from '../../lib/compiler/emit-machines.ts';
import { isPart, MACHINE_NAME_PREFIX, partsIn } from '../../lib/compiler/machine-names.ts';
import { seriesLayout, taskLayout } from './layouts.ts';

const machines = emitMachines(
  seriesLayout(
    { kind: 'child', part: taskLayout(0), label: 'part 1' },
    { kind: 'child', part: { kind: 'child', part: taskLayout(1), label: 'part 2' }, label: 'part 3' },
  ),
  {
    functions: { admitTask: 'admit', settleTask: 'settle', finishRun: 'finish' },
    factsOf: (task) => ({ name: `t${task}`, timeoutSec: 10, retriers: [], callback: false, runTask: 'run' }),
    gateTimeoutSec: 3600,
    machineArn: (name) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`,
  },
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
