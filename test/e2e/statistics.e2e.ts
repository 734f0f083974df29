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

  it('agree with the event logs of the runs', () => {
    const count = (counts: (event: Events[number]) => boolean): number => events.filter(counts).length;

    expect(statistics).toMatchObject({
      plans_executed: count(({ type }) => type === 'run.completed' || type === 'run.failed'),
      tasks_executed: new Set(events.filter(({ type }) => type === 'task.executing').map(({ run_id, task_id }) => `${run_id} ${task_id}`))
        .size,
      tasks_completed: count(({ type }) => type === 'task.completed'),
      tasks_failed: count(({ type }) => type === 'task.failed'),
      tasks_retried: count(({ type, attempt }) => type === 'task.executing' && attempt! > 1),
    });
  });

  it('agree with the metrics that the functions emit', async () => {
    const { plans_executed, tasks_completed, tasks_failed, tasks_retried } = statistics;
    const metrics = await until(
      emittedMetrics,
      ({ PlansCompleted = 0, PlansFailed = 0 }) => PlansCompleted + PlansFailed >= plans_executed,
    );

    expect({ PlansCompleted: 0, ...metrics }).toMatchObject({
      PlansSubmitted: runs.length,
      PlansCompleted: runs.filter(({ status }) => status === 'completed').length,
      PlansFailed: runs.filter(({ status }) => status === 'failed').length,
      TasksCompleted: tasks_completed,
      TasksFailed: tasks_failed,
      TasksBlocked: runs.reduce((total, { totals }) => total + totals!.blocked, 0),
      TasksRetried: tasks_retried,
    });
  });
});
