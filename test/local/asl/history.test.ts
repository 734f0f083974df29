import { expect, it } from 'vitest';
import { harness, map, only, parallel, task, throwing } from './harness.ts';

/** Each event with its state and the event before it in its line. */
async function linesOf(machine: object, functions = { f: (): unknown => ({}) }): Promise<string[]> {
  const { run, events } = harness({ functions });
  await run(machine);
  return events.map(({ id, type, state = '', index, previousId }) => {
    const before = events[previousId - 1];
    const name = (of: { type: string; state?: string; index?: number | undefined }): string =>
      [of.type, of.state, of.index].filter((part) => part !== undefined && part !== '').join(' ');
    return `${id} ${name({ type, state, index })} < ${before === undefined ? previousId : name(before)}`;
  });
}

it('names the event before in a line of states; the first ones follow 0, as on AWS', async () => {
  const lines = await linesOf({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } } });

  expect(lines).toEqual([
    '1 ExecutionStarted < 0',
    '2 PassStateEntered A < 0',
    '3 PassStateExited A < PassStateEntered A',
    '4 SucceedStateEntered B < PassStateExited A',
    '5 SucceedStateExited B < SucceedStateEntered B',
    '6 ExecutionSucceeded < SucceedStateExited B',
  ]);
});

it('begins each branch at the Parallel, and goes on from the branch that was last', async () => {
  const lines = await linesOf(only(parallel([{ Type: 'Pass' }, { Type: 'Wait', Seconds: 5 }])));

  expect(lines).toContain('4 PassStateEntered B0 < ParallelStateStarted A');
  expect(lines).toContain('5 WaitStateEntered B1 < ParallelStateStarted A');
  expect(lines).toContain('8 ParallelStateSucceeded A < WaitStateExited B1');
});

it('keeps the lines of iterations apart', async () => {
  const lines = await linesOf(only(map([1, 2], { Type: 'Pass' })));

  for (const index of [0, 1]) {
    expect(lines).toContainEqual(expect.stringMatching(` MapIterationStarted A ${index} < MapStateStarted A$`));
    expect(lines).toContainEqual(expect.stringMatching(` PassStateEntered I ${index} < MapIterationStarted A ${index}$`));
    expect(lines).toContainEqual(expect.stringMatching(` MapIterationSucceeded A ${index} < PassStateExited I ${index}$`));
  }
});

it('schedules a retry after the failure it answers', async () => {
  const lines = await linesOf(only(task({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] })), { f: throwing('Flaky') });

  expect(lines).toContain('6 TaskScheduled A < TaskFailed A');
});
