import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../lib/model/parse-plan.ts';
import type { TaskStatus } from '../../lib/model/run.ts';
import { whatIsLeft } from '../../lib/planning/what-is-left.ts';
import type { RunOrder } from '../../lib/runtime/ports/runs.ts';
import type { TaskProgress } from '../../lib/runtime/ports/tasks.ts';

interface Stands {
  readonly id: string;
  readonly on?: string;
  readonly rule?: string;
  /** How it stands; `interrupted` is `cancelled` with its execution, `reset` what it is then in the next one. Absent: never touched. */
  readonly is?: TaskStatus | 'interrupted' | 'reset';
  readonly started?: boolean;
}

const TIMES = { started_at: null, completed_at: null, changed_at: '2026-01-01T00:00:00.000Z' };

function itemOf({ is, started = is === 'executing' }: Stands, ordinal: number): TaskProgress[] {
  if (is === undefined) return [];
  const cutOff = { code: 'E5200', message: 'stopped' };
  const [status, error] =
    is === 'interrupted'
      ? (['cancelled', cutOff] as const)
      : is === 'reset'
        ? (['pending', cutOff] as const)
        : ([is, is === 'cancelled' ? { code: 'E5204', message: 'x' } : null] as const);
  return [{ ordinal, status, attempt: started ? 1 : 0, started, failures: 0, forgiven: 0, error, ...TIMES }];
}

/** Per task what becomes of it in the next execution; nothing for what stays as it is. */
function left(tasks: readonly Stands[], mode: RunOrder['mode'] = 'resume', plan: object = {}): Record<string, string> {
  const parsed = parsePlan(
    {
      plan_id: 'p',
      ...plan,
      tasks: tasks.map(({ id, on = '', rule = 'all_success' }) => ({
        task_id: id,
        dependencies: on.split(' ').flatMap((task_id) => (task_id === '' ? [] : [{ task_id }])),
        trigger_rule: rule,
      })),
    },
    { makeId: () => 'plan' },
  );
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.problems));
  const kept = { plan: parsed.plan, bindings: parsed.bindings, max_parallel_tasks: undefined };
  const order = { mode, folder: 'f', plan_folder: 'f' };
  const { open, decided, started, unrun } = whatIsLeft(kept, tasks.flatMap(itemOf), order);
  return Object.fromEntries([
    ...[...open].map(
      (ordinal) => [tasks[ordinal]!.id, started.has(ordinal) ? 'goes on' : decided.has(ordinal) ? 'at once' : 'open'] as const,
    ),
    ...unrun.map(({ ordinal, status }) => [tasks[ordinal]!.id, status] as const),
  ]);
}

describe('a resume', () => {
  it('decides by the rule over what has ended and what has not', () => {
    const tasks: Stands[] = [
      { id: 'failed', is: 'failed' },
      { id: 'open', is: 'interrupted' },
      { id: 'join', on: 'failed open' },
      { id: 'cleanup', on: 'failed open', rule: 'all_done' },
      { id: 'alert', on: 'failed open', rule: 'one_failed' },
      { id: 'any', on: 'failed open', rule: 'one_success' },
      { id: 'merge', on: 'failed open', rule: 'none_failed' },
      { id: 'after', on: 'cleanup' },
    ];

    expect(left(tasks)).toEqual({
      open: 'open', join: 'blocked', cleanup: 'open', alert: 'at once', any: 'open', merge: 'blocked', after: 'open',
    }); // biome-ignore format: rows
  });

  it('skips what a skipped task leaves without a reason to run', () => {
    const tasks: Stands[] = [
      { id: 'skipped', is: 'skipped' },
      { id: 'done', is: 'completed' },
      { id: 'next', on: 'skipped' },
      { id: 'behind', on: 'next done' },
      { id: 'merge', on: 'skipped done', rule: 'none_failed' },
      { id: 'alert', on: 'skipped done', rule: 'one_failed' },
    ];

    expect(left(tasks)).toEqual({ next: 'skipped', behind: 'skipped', merge: 'open', alert: 'skipped' });
  });

  it('leaves their places to tasks that were under way, not to those that an interruption cut off before', () => {
    const tasks: Stands[] = [
      { id: 'cut off', is: 'reset', started: true },
      { id: 'waits for its next attempt', is: 'pending', started: true },
      { id: 'runs', is: 'executing' },
    ];

    expect(left(tasks)).toEqual({ 'cut off': 'open', 'waits for its next attempt': 'goes on', runs: 'goes on' });
  });

  it('cancels what has not started when a task of a fail_fast plan has failed, and cancels nothing twice', () => {
    const tasks: Stands[] = [
      { id: 'failed', is: 'failed' },
      { id: 'cancelled', is: 'cancelled' },
      { id: 'waits', is: 'pending', started: true },
      { id: 'cut off', is: 'interrupted', started: true },
      { id: 'never', is: 'interrupted' },
      { id: 'untouched' },
      { id: 'behind', on: 'waits' },
      { id: 'blocked', on: 'failed waits' },
      { id: 'alert', on: 'failed waits', rule: 'one_failed' },
      { id: 'cleanup', on: 'waits', rule: 'all_done' },
    ];

    expect(left(tasks, 'resume', { on_failure: 'fail_fast' })).toEqual({
      waits: 'goes on', 'cut off': 'open', never: 'cancelled', untouched: 'cancelled',
      behind: 'cancelled', blocked: 'blocked', alert: 'at once', cleanup: 'open',
    }); // biome-ignore format: rows
  });

  it('lets a task go on that has begun by one of its dependencies', () => {
    const tasks: Stands[] = [
      { id: 'done', is: 'completed' },
      { id: 'open' },
      { id: 'any', on: 'done open', rule: 'one_success', is: 'pending', started: true },
    ];

    expect(left(tasks)).toEqual({ open: 'open', any: 'goes on' });
  });
});

describe('a retry', () => {
  it('runs again what has not completed, and what was skipped behind that; clean-up that has completed stays', () => {
    const tasks: Stands[] = [
      { id: 'failed', is: 'failed' },
      { id: 'blocked', on: 'failed', is: 'blocked' },
      { id: 'cleanup', on: 'failed', rule: 'all_done', is: 'completed' },
      { id: 'skipped', on: 'cleanup', is: 'skipped' },
      { id: 'apart', is: 'completed' },
      { id: 'alert', on: 'apart', rule: 'one_failed', is: 'skipped' },
      { id: 'behind', on: 'alert', is: 'interrupted' },
    ];

    expect(left(tasks, 'retry')).toEqual({ failed: 'open', blocked: 'open', skipped: 'open', behind: 'skipped' });
  });

  it('reopens what fail_fast has cancelled', () => {
    const tasks: Stands[] = [{ id: 'failed', is: 'failed' }, { id: 'cancelled', is: 'cancelled' }, { id: 'untouched' }];

    expect(left(tasks, 'retry', { on_failure: 'fail_fast' })).toEqual({ failed: 'open', cancelled: 'open', untouched: 'open' });
  });
});
