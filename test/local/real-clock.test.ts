import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RealClock } from '../../lib/local/real-clock.ts';

describe('RealClock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
  afterEach(() => void vi.useRealTimers());

  it('tells the time of the machine', () => {
    expect(new RealClock().now()).toBe(1_000);
  });

  it('fires once, when the delay is over', () => {
    const fire = vi.fn();
    new RealClock().setTimer(50, fire);

    vi.advanceTimersByTime(49);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it.each([2 ** 31 - 1, 2 ** 31, 365 * 24 * 3_600_000])('waits for %i ms, which setTimeout alone may not', (delayMs) => {
    const fire = vi.fn();
    new RealClock().setTimer(delayMs, fire);

    vi.advanceTimersByTime(delayMs - 1);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it.each([50, 2 ** 31 + 50])('can be cancelled in the middle of %i ms, and again', (delayMs) => {
    const fire = vi.fn();
    const timer = new RealClock().setTimer(delayMs, fire);

    vi.advanceTimersByTime(delayMs - 1);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(delayMs);

    expect(fire).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
