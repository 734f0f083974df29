import { describe, expect, test } from 'vitest';
import { type KeepHouseOptions, keepHouse } from '../../lib/aws/keep-house.ts';
import type { Clock } from '../../lib/runtime/ports/clock.ts';
import type { EndedRun, EndedRuns } from '../../lib/runtime/ports/ended-runs.ts';
import { DAY_MS, machineWorld, NOW_MS, ROLE } from './machine-world.ts';

const MINUTE_MS = 60_000;
const daysAgo = (days: number, ms = 0): string => new Date(NOW_MS - days * DAY_MS + ms).toISOString();

const clockAt = (time: { nowMs: number }): Clock => ({ now: () => time.nowMs }) as Clock;

class FakeRuns implements EndedRuns {
  ended: EndedRun[];
  /** What a removal does besides. */
  readonly #onRemove: () => void;

  constructor(ends: readonly string[], onRemove: () => void = () => {}) {
    this.ended = ends.map((completed_at, n) => ({ run_id: `run-${n}`, completed_at }));
    this.#onRemove = onRemove;
  }

  async listEnded(before: string, limit: number): Promise<EndedRun[]> {
    return this.ended.filter(({ completed_at }) => completed_at < before).slice(0, limit);
  }

  async removeRun(run: EndedRun): Promise<void> {
    this.#onRemove();
    this.ended = this.ended.filter(({ run_id }) => run_id !== run.run_id);
  }
}

function house(runs: EndedRuns, options: Partial<KeepHouseOptions> = {}) {
  return keepHouse({
    client: options.client ?? machineWorld({}).client,
    runs,
    clock: clockAt({ nowMs: NOW_MS }),
    random: () => 0,
    roleArn: ROLE,
    machineRetentionDays: 10,
    runRetentionDays: 30,
    ...options,
  });
}

describe('keepHouse', () => {
  test('removes runs that ended longer ago than they are kept, and machines that are unused for longer', async () => {
    const runs = new FakeRuns([daysAgo(30, -1), daysAgo(30), daysAgo(1)]);
    const world = machineWorld({
      'task-orchestrator-a': { madeDaysAgo: 50, usedDaysAgo: 10 + 1e-6 },
      'task-orchestrator-b': { madeDaysAgo: 50, usedDaysAgo: 10 },
    });

    expect(await house(runs, { client: world.client })).toEqual({ machines: 1, runs: 1 });

    expect(runs.ended.map(({ run_id }) => run_id)).toEqual(['run-1', 'run-2']);
    expect(world.left()).toEqual(['task-orchestrator-b']);
  });

  test('keeps runs for good where nothing else is asked for', async () => {
    const runs = new FakeRuns([daysAgo(99)]);

    expect(await house(runs, { runRetentionDays: undefined })).toEqual({ machines: 0, runs: 0 });

    expect(runs.ended).toHaveLength(1);
  });

  test('leaves machines after six minutes, and runs after thirteen', async () => {
    const clock = { nowMs: NOW_MS };
    const names = Array.from({ length: 9 }, (_, n) => `task-orchestrator-${n}`);
    const world = machineWorld(Object.fromEntries(names.map((name) => [name, { madeDaysAgo: 50 }])), (call) => {
      if (call === 'DeleteStateMachine') clock.nowMs += 2 * MINUTE_MS;
    });
    const runs = new FakeRuns(Array(9).fill(daysAgo(31)) as string[], () => {
      clock.nowMs += 3 * MINUTE_MS;
    });

    expect(await house(runs, { client: world.client, clock: clockAt(clock) })).toEqual({ machines: 3, runs: 3 });
  });
});
