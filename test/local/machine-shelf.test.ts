import { expect, it } from 'vitest';
import { localMachineArn } from '../../lib/local/function-names.ts';
import { MachineShelf } from '../../lib/local/machine-shelf.ts';

const KEPT = 64;

function makeShelf() {
  const dropped: string[] = [];
  const shelf = new MachineShelf((name) => dropped.push(name));
  const run = (name: string, definition = '{}'): void => {
    shelf.add(name, definition);
    shelf.take(name);
    shelf.giveBack(name);
  };
  const runMany = (): void => {
    for (let n = 0; n < KEPT; n++) run(`other-${n}`);
  };
  return { shelf, dropped, run, runMany };
}

it('keeps the latest machines when nobody uses them', () => {
  const { dropped, run, runMany } = makeShelf();

  run('first');
  runMany();
  run('last');

  expect(dropped).toEqual(['first', 'other-0']);
});

it('keeps a machine that is made and not started yet', () => {
  const { shelf, dropped, runMany } = makeShelf();

  shelf.add('awaited', '{}');
  runMany();
  runMany();

  expect(dropped).not.toContain('awaited');
});

it('keeps a machine that is used, and those that its states start, as long as an execution of it runs', () => {
  const { shelf, dropped, run, runMany } = makeShelf();
  shelf.add('part', '{}');
  shelf.add('whole', JSON.stringify({ StateMachineArn: localMachineArn('part') }));
  shelf.take('whole');

  runMany();
  runMany();
  const whileItRuns = [...dropped];
  shelf.giveBack('whole');
  runMany();
  run('one more');

  expect(whileItRuns).not.toContain('part');
  expect(whileItRuns).not.toContain('whole');
  expect(dropped).toEqual(expect.arrayContaining(['part', 'whole']));
});
