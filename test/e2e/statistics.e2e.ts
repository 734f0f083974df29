import { beforeAll, describe, expect, it } from 'vitest';
import { isFinalRun } from '../../lib/model/run.ts';
import { ApiClient } from './api-client.ts';
import { emittedMetrics } from './emitted-metrics.ts';
import { readStage } from './stage.ts';
import { until } from './until.ts';

const api = new ApiClient(readStage());
type Runs = Awaited<ReturnType<ApiClient['runs']>>;
type Events = Awaited<ReturnType<ApiClient['events']>>;

const plan = {
  plan_id: 'statistics',
  tasks: [
    { task_id: 'good', assigned_agent: 'reader', task_type: 'llm_call', llm_prompt: 'count the tokens' },
    { task_id: 'flaky', task_type: 'tool_call', tool_name: 'any', metadata: { mock: { fail_times: 1 } } },
    { task_id: 'bad', assigned_agent: 'failing', retry_policy: { max_retries: 0 } },
    { task_id: 'behind', dependencies: [{ task_id: 'bad' }] },
  ],
};

/*
 * Runs after all other files, over all that they have run: three ways of counting that share nothing but the table.
 */
describe('the statistics', () => {
  let runs: Runs;
  let events: Events;
  let statistics: Awaited<ReturnType<ApiClient['statistics']>>;

  beforeAll(async () => {
    await api.untilEnded(await api.submit(plan));
    runs = await api.runs();
    events = (await Promise.all(runs.map(({ run_id }) => api.untilLogged(run_id)))).flat();
    statistics = await api.statistics();
  });

  it('are about runs that have all ended', () => {
    expect(runs.filter(({ status }) => !isFinalRun(status))).toEqual([]);
    for (const [name, count] of Object.entries(statistics)) expect(count, name).toBeGreaterThan(0);
  });

  it('agree with the totals of the runs', () => {
    const sum = (count: (totals: NonNullable<Runs[number]['totals']>) => number): number =>
      runs.reduce((total, { totals }) => total + count(totals!), 0);

    expect(statistics).toMatchObject({
      plans_executed: runs.length,
      tasks_executed: sum(({ executed }) => executed),
      tasks_completed: sum(({ completed }) => completed),
      tasks_failed: sum(({ failed }) => failed),
      tasks_retried: sum(({ retries }) => retries),
      tokens_used: runs.reduce((total, { tokens_used }) => total + tokens_used, 0),
    });
  });

  it('agree with the event logs of the runs', async () => {
    // tasks that a changed plan has dropped are not counted
    const retried = runs.filter(({ execution }) => execution > 1);
    const tasksOf = new Map(await Promise.all(retried.map(async ({ run_id }) => [run_id, await api.tasks(run_id)] as const)));
    const ofTasks = events.filter(
      ({ run_id, task_id }) => task_id !== undefined && (!tasksOf.has(run_id) || Object.hasOwn(tasksOf.get(run_id)!, task_id)),
    );
    // of a run that was retried the last counts
    const last = new Map(ofTasks.map(({ run_id, task_id, type }) => [`${run_id} ${task_id}`, type]));
    const count = (type: string): number => [...last.values()].filter((each) => each === type).length;
    const ends = events.filter(({ type }) => ['run.completed', 'run.failed', 'run.cancelled'].includes(type));
    const attempts = ofTasks.filter(({ type }) => type === 'task.executing');

    expect(statistics).toMatchObject({
      plans_executed: new Set(ends.map(({ run_id }) => run_id)).size,
      tasks_executed: new Set(attempts.map(({ run_id, task_id }) => `${run_id} ${task_id}`)).size,
      tasks_completed: count('task.completed'),
      tasks_failed: count('task.failed'),
      tasks_retried: attempts.filter(({ attempt }) => attempt! > 1).length,
    });
  });

  it('are made of the events that the functions count as metrics', async () => {
    const count = (counts: (event: Events[number]) => boolean): number => events.filter(counts).length;
    const completed = count(({ type }) => type === 'run.completed');
    const failed = count(({ type }) => type === 'run.failed');
    const metrics = await until(
      emittedMetrics,
      ({ PlansCompleted = 0, PlansFailed = 0 }) => PlansCompleted + PlansFailed >= completed + failed,
    );

    expect({ PlansCompleted: 0, ...metrics }).toMatchObject({
      PlansSubmitted: runs.length,
      PlansCompleted: completed,
      PlansFailed: failed,
      TasksCompleted: count(({ type }) => type === 'task.completed'),
      TasksFailed: count(({ type }) => type === 'task.failed'),
      TasksBlocked: count(({ type }) => type === 'task.blocked'),
      TasksRetried: count(({ type, attempt }) => type === 'task.executing' && attempt! > 1),
    });
  });
});
