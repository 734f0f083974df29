import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);

describe('VirtualClock', () => {
  it('begins at the given instant and stands still', async () => {
    const clock = new VirtualClock(START_MS);

    await new Promise((resolve) => setImmediate(resolve));

    expect(clock.now()).toBe(START_MS);
  });

  it('fires in the order of the instants, whatever the order of setting', async () => {
    const clock = new VirtualClock(START_MS);
    const fired: [string, number][] = [];
    for (const [name, delayMs] of [
      ['late', 3_600_000],
      ['early', 10],
      ['middle', 500],
    ] as const) {
      clock.setTimer(delayMs, () => fired.push([name, clock.now() - START_MS]));
    }

    await clock.runUntilIdle();

    expect(fired).toEqual([
      ['early', 10],
      ['middle', 500],
      ['late', 3_600_000],
    ]);
  });

  it('fires timers of one instant in the order they were set', async () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    for (let i = 0; i < 100; i++) clock.setTimer(i % 2 === 0 ? 5 : 7, () => fired.push(i));

    await clock.runUntilIdle();

    const expected = [...Array(100).keys()].toSorted((a, b) => (a % 2) - (b % 2) || a - b);
    expect(fired).toEqual(expected);
  });

  it('lets promises settle before it moves to the next instant', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    clock.setTimer(1, async () => {
      for (let i = 0; i < 50; i++) await undefined;
      log.push(`settled at ${clock.now()}`);
      clock.setTimer(0, () => log.push(`set late, fired at ${clock.now()}`));
    });
    clock.setTimer(2, () => log.push(`next at ${clock.now()}`));

    await clock.runUntilIdle();

    expect(log).toEqual(['settled at 1', 'set late, fired at 1', 'next at 2']);
  });

  it('moves by itself as long as timers are set', async () => {
    const clock = new VirtualClock();
    await new Promise<void>((resolve) => {
      clock.setTimer(1_000, () => clock.setTimer(1_000, resolve));
    });

    expect(clock.now()).toBe(2_000);
  });

  it('does not fire what was cancelled, not even by another timer of the same instant', async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    clock.setTimer(5, () => {
      fired.push('first');
      second.cancel();
    });
    const second = clock.setTimer(5, () => fired.push('second'));
    const third = clock.setTimer(6, () => fired.push('third'));
    third.cancel();
    third.cancel();

    await clock.runUntilIdle();

    expect(fired).toEqual(['first']);
    expect(clock.pendingTimers).toBe(0);
    expect(clock.now()).toBe(5);
  });

  it('counts and keeps only timers that are still set', () => {
    const clock = new VirtualClock(0, 'manual');
    clock.setTimer(1, () => undefined);
    for (let i = 0; i < 200_000; i++) clock.setTimer(1_000_000 - i, () => undefined).cancel();

    expect(clock.pendingTimers).toBe(1);
  });

  it('moves by hand, up to and including the instant asked for', async () => {
    const clock = new VirtualClock(0, 'manual');
    const fired: number[] = [];
    for (const delayMs of [999, 1_000, 1_001]) clock.setTimer(delayMs, () => fired.push(delayMs));

    await new Promise((resolve) => setImmediate(resolve));
    expect(fired).toEqual([]);

    await clock.advanceBy(1_000);
    expect(fired).toEqual([999, 1_000]);
    expect(clock.now()).toBe(1_000);

    await clock.advanceBy(500);
    expect(fired).toEqual([999, 1_000, 1_001]);
    expect(clock.now()).toBe(1_500);
  });

  it('takes 200,000 timers in its stride', async () => {
    const clock = new VirtualClock(0, 'manual');
    let last = -1;
    let fired = 0;
    for (let i = 0; i < 200_000; i++) {
      const delayMs = (i * 7_919) % 1_000;
      clock.setTimer(delayMs, () => {
        if (clock.now() < last) throw new Error('out of order');
        last = clock.now();
        fired++;
      });
    }

    await clock.runUntilIdle();

    expect(fired).toBe(200_000);
    expect(clock.now()).toBe(999);
  });
});
