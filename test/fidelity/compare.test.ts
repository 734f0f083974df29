import { beforeAll, describe, expect, it } from 'vitest';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { findDifference } from './compare.ts';
import type { Observed, ObservedEvent } from './observed.ts';
import { type RecordedRun, recordRun } from './recorded-run.ts';

/*
 *  a ─┬─ b0 b1 b2 b3 (a Map) ─┬─ d       c fails once
 *     └───────── c ───────────┘
 */
const after = (...ids: string[]): { task_id: string }[] => ids.map((task_id) => ({ task_id }));
const plan = {
  tasks: [
    { task_id: 'a', name: 'a' },
    ...['b0', 'b1', 'b2', 'b3'].map((task_id) => ({ task_id, name: task_id, dependencies: after('a') })),
    { task_id: 'c', name: 'c', dependencies: after('a'), metadata: { mock: { fail_times: 1 } } },
    { task_id: 'd', name: 'd', dependencies: after('b0', 'b1', 'b2', 'b3', 'c') },
  ],
};
const prepared = preparePlan(plan);
const machines = Object.fromEntries(prepared.compilation.machines.map(({ name, definition }) => [name, JSON.parse(definition) as unknown]));

let run: RecordedRun;
beforeAll(async () => {
  run = await recordRun(prepared);
});

/** The run with other events. */
function withEvents(change: (events: readonly ObservedEvent[]) => readonly ObservedEvent[]): Observed {
  return { ...run.observed, executions: run.observed.executions.map((execution) => ({ ...execution, events: change(execution.events) })) };
}

const isOf = (type: string) => (event: ObservedEvent) => event.type === type;
const find = (oracle: Observed): string | undefined =>
  findDifference(run.observed, oracle, { machines, earlyTokens: 0 })?.where.replace(/.*: /, '');

describe('findDifference', () => {
  it('finds none between a run and itself', () => {
    expect(find(run.observed)).toBeUndefined();
  });

  it('finds the first state with an attempt more, and the seconds before it', async () => {
    const failsTwice = plan.tasks.map((task) => (task.task_id === 'c' ? { ...task, metadata: { mock: { fail_times: 2 } } } : task));
    const { observed } = await recordRun(preparePlan({ tasks: failsTwice }));

    expect(find(observed)).toBe('c');
    expect(find({ ...run.observed, sleeps: [2] })).toBe('seconds before retries');
  });

  it('finds another answer in one iteration', () => {
    const changed = withEvents((events) => {
      const iteration = events.find((event) => event.type === 'MapIterationStarted' && event.index === 2)!;
      const entered = events.find((event) => event.previousId === iteration.id)!;
      return events.map((event) => (event === entered ? { ...event, data: '"other"' } : event));
    });

    expect(find(changed)).toMatch(/ #2$/);
  });

  it('finds an event that is not there, also where lines join', () => {
    const lacking = withEvents((events) => events.filter((event) => !isOf('ParallelStateSucceeded')(event)));

    expect(find(lacking)).toBe('number of events');
  });

  it('finds states of a scope in another order', () => {
    const swapped = withEvents((events) => {
      const index = (type: string, name: string): number => events.findIndex((event) => event.type === type && event.name === name);
      const ofD = events.slice(index('TaskStateEntered', 'd'), index('TaskStateExited', 'd') + 1);
      return [...ofD, ...events.filter((event) => !ofD.includes(event))];
    });

    expect(find(swapped)).toBe('order in the machine');
  });

  it.each([
    ['ParallelStateExited', 1000, 'what comes after a Parallel while it goes on'],
    ['MapStateExited', 10, 'a Map that is left while an iteration goes on'],
  ])('finds by %s at %i %s', (type, id) => {
    const changed = withEvents((events) => events.map((event) => (event.type === type ? { ...event, id } : event)));

    expect(find(changed)).toBe('a state out of its time');
  });

  it('finds a Map that takes more iterations at once than it may', async () => {
    // two places for four equal tasks and nothing beside them: the Map limits itself
    const limited = preparePlan({ tasks: plan.tasks.slice(1, 5).map(({ task_id, name }) => ({ task_id, name })) }, { maxParallelTasks: 2 });
    const { observed } = await recordRun(limited);
    const { name, definition } = limited.compilation.machines[0]!;
    const says = (atMost: number): string | undefined => {
      const machine = JSON.parse(definition.replace('"MaxConcurrency":2', `"MaxConcurrency":${atMost}`)) as unknown;
      return findDifference(observed, observed, { machines: { [name]: machine }, earlyTokens: 0 })?.where;
    };

    expect(says(2)).toBeUndefined();
    expect(says(1)).toMatch(/more iterations than MaxConcurrency$/);
  });

  it('finds another end', () => {
    expect(find({ ...run.observed, status: 'FAILED' })).toBe('status');
    expect(find({ ...run.observed, error: 'E5204' })).toBe('error');
    expect(find({ ...run.observed, output: '1' })).toBe('output');
  });
});
