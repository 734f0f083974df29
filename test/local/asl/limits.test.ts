import { describe, expect, it } from 'vitest';
import type { AslLimits } from '../../../lib/local/asl/local-step-functions.ts';
import { define, harness, map, only, task } from './harness.ts';

const MAX_BYTES = 262_144;
/** A string that takes so many bytes as JSON. */
const textOf = (bytes: number, character = 'x'): string => {
  const size = Buffer.byteLength(character);
  return character.repeat(Math.floor((bytes - 2) / size)) + 'x'.repeat((bytes - 2) % size);
};

describe('the history', () => {
  /** n Pass states write 2n + 2 events. */
  const chain = (length: number): object => ({
    StartAt: 'S0',
    States: Object.fromEntries(
      Array.from({ length }, (_, index) => [
        `S${index}`,
        { Type: 'Pass', ...(index === length - 1 ? { End: true } : { Next: `S${index + 1}` }) },
      ]),
    ),
  });

  it('takes 25,000 events where the last is ExecutionSucceeded', async () => {
    const { run, eventTypes } = harness();

    const { status, historyEvents } = await run(chain(12_499));

    expect([status, historyEvents]).toEqual(['SUCCEEDED', 25_000]);
    expect(eventTypes()).toHaveLength(25_000);
  });

  it('fails the execution with its 25,000th event where that is any other', async () => {
    const { run, events } = harness();

    const { status, error, cause, historyEvents } = await run(chain(12_500));

    expect([status, error, historyEvents]).toEqual(['FAILED', 'States.Runtime', 25_000]);
    expect(cause).toBe('The execution reached the maximum number of history events (25000).');
    expect(events.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
    expect(events.at(-2)).toMatchObject({ id: 24_999, type: 'PassStateExited' });
  });

  it('ends everything that runs when it is full, and no Catch takes that', async () => {
    const aborted: unknown[] = [];
    const { run, clock, events } = harness({
      limits: { historyEvents: 30 },
      functions: {
        f: async (payload, { signal }, { sleep }) => {
          signal?.addEventListener('abort', () => aborted.push(payload));
          await sleep(Number(payload));
        },
      },
    });
    const endless = { Type: 'Choice', Choices: [{ Condition: '{% $states.input != 0 %}', Next: 'Endless' }], Default: 'Done' };
    const branches = [
      { StartAt: 'Work', States: { Work: { ...task(), End: true } } },
      { StartAt: 'Endless', States: { Endless: endless, Done: { Type: 'Succeed' } } },
    ];
    const catching = { Type: 'Parallel', Branches: branches, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }], Next: 'Z' };

    const { error, historyEvents } = await run(only(catching, { Z: { Type: 'Succeed' } }), 100);
    await clock.runUntilIdle();

    expect([error, historyEvents]).toEqual(['States.Runtime', 30]);
    expect(events).toHaveLength(30);
    expect(aborted).toEqual([100]);
  });
});

describe('a payload', () => {
  it.each([
    ['ASCII', 'x'],
    ['two bytes a character', 'é'],
    ['three bytes a character', '€'],
  ])('of 262,144 bytes passes as input, result, arguments and output; one more does not (%s)', async (_what, character) => {
    const fits = textOf(MAX_BYTES, character);
    const tooLong = textOf(MAX_BYTES + 1, character);
    const { run } = harness({ functions: { f: (payload) => payload, fits: () => fits, tooLong: () => tooLong } });
    const withInput = (text: string): Promise<unknown> => run(only(task()), text).then(({ status }) => status);

    // {"FunctionName":"f","Payload":…} is 31 bytes longer than the payload
    expect(
      (await run(only(task({ Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' } })), textOf(MAX_BYTES - 31, character)))
        .status,
    ).toBe('SUCCEEDED');
    expect((await run(only(task()), textOf(MAX_BYTES - 30, character))).error).toBe('States.DataLimitExceeded');
    await expect(async () => withInput(tooLong)).rejects.toThrow(expect.objectContaining({ name: 'InvalidExecutionInput' }));
    expect((await run(only({ Type: 'Pass' }), fits)).status).toBe('SUCCEEDED');
    expect((await run(only(task({ Arguments: { FunctionName: 'fits' } })))).status).toBe('SUCCEEDED');
    expect((await run(only(task({ Arguments: { FunctionName: 'tooLong' } })))).error).toBe('States.DataLimitExceeded');
    expect((await run(only({ Type: 'Pass', Output: '{% $states.input %}' }), fits)).status).toBe('SUCCEEDED');
    expect((await run(only({ Type: 'Pass', Output: '{% $states.input & "x" %}' }), fits)).error).toBe('States.DataLimitExceeded');
    expect((await run(only({ Type: 'Pass', Output: tooLong }))).error).toBe('States.DataLimitExceeded');
  });

  it('that is too large is caught by its own name only', async () => {
    const { run } = harness({ functions: { f: () => textOf(MAX_BYTES + 1) } });
    const catching = (name: string): object =>
      only(task({ Catch: [{ ErrorEquals: [name], Output: 'caught', Next: 'Z' }], Next: 'Z' }), { Z: { Type: 'Succeed' } });

    expect((await run(catching('States.DataLimitExceeded'))).output).toBe('caught');
    for (const name of ['States.ALL', 'States.TaskFailed']) expect((await run(catching(name))).error).toBe('States.DataLimitExceeded');
  });

  it('is limited for the whole result of a Map', async () => {
    const { run } = harness();
    const body = { Type: 'Pass', Output: textOf(100_000) };

    expect((await run(only(map([1, 2], body)))).status).toBe('SUCCEEDED');
    expect((await run(only(map([1, 2, 3], body)))).error).toBe('States.DataLimitExceeded');
  });
});

describe('variables', () => {
  const assigning = (count: number, bytes: number): object =>
    only({ Type: 'Pass', Assign: Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, textOf(bytes)])) });
  const run = (machine: object, limits?: Partial<AslLimits>): Promise<string | undefined> =>
    harness({ limits: { definitionBytes: 1e9, ...limits } })
      .run(machine)
      .then(({ error }) => error);

  it('take 256 KiB each', async () => {
    expect(await run(assigning(1, MAX_BYTES))).toBeUndefined();
    expect(await run(assigning(1, MAX_BYTES + 1))).toBe('States.DataLimitExceeded');
  });

  it('take 10 MiB an execution', async () => {
    expect(await run(assigning(40, MAX_BYTES))).toBeUndefined();
    expect(await run(assigning(41, MAX_BYTES))).toBe('States.DataLimitExceeded');
  });

  it('of iterations count only as long as these run', async () => {
    const iteration = { Type: 'Pass', Assign: { v: textOf(1_000) }, Output: 1 };

    expect(await run(only(map(Array(100).fill(0), iteration, { MaxConcurrency: 3 })), { variablesBytes: 3_000 })).toBeUndefined();
    expect(await run(only(map(Array(100).fill(0), iteration, { MaxConcurrency: 4 })), { variablesBytes: 3_000 })).toBe(
      'States.DataLimitExceeded',
    );
  });
});

describe('a definition', () => {
  it('has at most 1 MiB, counted in UTF-8', () => {
    const { stepFunctions } = harness();
    const empty = define({ ...only({ Type: 'Pass' }), Comment: '' });
    const ofBytes = (bytes: number): string => define({ ...only({ Type: 'Pass' }), Comment: `é${'x'.repeat(bytes - empty.length - 2)}` });
    const exact = ofBytes(1_048_576);
    expect(Buffer.byteLength(exact)).toBe(1_048_576);

    expect(() => stepFunctions.createStateMachine({ name: 'exact', definition: exact })).not.toThrow();
    expect(() => stepFunctions.createStateMachine({ name: 'more', definition: ofBytes(1_048_577) })).toThrow('may have at most 1048576');
  });
});
