import { describe, expect, it } from 'vitest';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import { describeTasks } from '../../lib/runtime/describe-tasks.ts';
import type { TaskItem } from '../../lib/runtime/ports/tasks.ts';
import { decide } from '../../lib/runtime/trigger-rules.ts';

const C = 'completed';
const F = 'failed';
const B = 'blocked';
const S = 'skipped';
const X = 'cancelled';
const P = 'pending';

describe('decide', () => {
  it.each([
    ['all_success', [C, C], 'run'],
    ['all_success', [C, P], 'wait'],
    ['all_success', [F, P], 'blocked'],
    ['all_success', [B, S], 'blocked'],
    ['all_success', [X, P], 'cancelled'],
    ['all_success', [X, F], 'blocked'],
    ['all_success', [S, P], 'wait'],
    ['all_success', [S, C], 'skipped'],
    ['none_failed', [S, S], 'run'],
    ['none_failed', [S, P], 'wait'],
    ['none_failed', [F, P], 'blocked'],
    ['none_failed', [X, P], 'cancelled'],
    ['all_done', [F, B], 'run'],
    ['all_done', [S, X], 'run'],
    ['all_done', [F, 'executing'], 'wait'],
    ['one_failed', [F, P], 'run'],
    ['one_failed', [B, P], 'run'],
    ['one_failed', [X, P], 'wait'],
    ['one_failed', [X, C], 'skipped'],
    ['one_failed', [S, C], 'skipped'],
    ['one_success', [C, P], 'run'],
    ['one_success', [F, P], 'wait'],
    ['one_success', [S, S], 'skipped'],
    ['one_success', [S, F], 'blocked'],
    ['one_success', [S, X], 'cancelled'],
  ] as const)('%s, behind %j: %s', (rule, statuses, decision) => {
    expect(decide(rule, statuses)).toBe(decision);
    expect(decide(rule, statuses.toReversed())).toBe(decision);
  });
});

describe('a task that was never touched', () => {
  it('is ready when its rule lets it run', () => {
    const record = (ordinal: number, parts: Partial<TaskRecord> = {}) =>
      ({ ordinal, id: `t${ordinal}`, dependencies: [], ...parts }) as TaskRecord;
    const rule = { name: 'one_failed', over: [0, 1] } as const;
    const failed = { ordinal: 0, status: 'failed' } as TaskItem;

    const statusesOf = (items: TaskItem[]) =>
      describeTasks(
        { tasks: [record(0), record(1), record(2, { dependencies: [0, 1], rule }), record(3, { dependencies: [0] })] },
        items,
        'run',
      ).map(({ status }) => status);

    expect(statusesOf([])).toEqual(['ready', 'ready', 'pending', 'pending']);
    expect(statusesOf([failed])).toEqual(['failed', 'ready', 'ready', 'pending']);
  });
});
