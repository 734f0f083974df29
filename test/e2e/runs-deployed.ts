import { type ExamplePlan, mapTasks } from '../../examples/plan-of.ts';
import { exampleResult, type RunPlan } from '../../examples/run-plan.ts';
import type { ApiClient } from './api-client.ts';

/** Runs plans where they are deployed, through the API. */
export function runsDeployed(api: ApiClient): RunPlan {
  return async (plan) => {
    const runId = await api.submit(withScripts(plan));
    const run = await api.untilEnded(runId);
    const tasks = Object.values(await api.tasks(runId));
    const whole = await Promise.all(
      tasks.map((task) => (task.status === 'completed' ? api.task(runId, task.task_id) : { ...task, outputs: null })),
    );
    return exampleResult(run, whole);
  };
}

/** Tasks of agents are played by the function of the suite, which has no agents of these names and takes the mock's script as an input. */
function withScripts(plan: ExamplePlan): ExamplePlan {
  return mapTasks(plan, (task) => {
    const mock = task.metadata?.mock;
    if (mock === undefined || task.task_type === 'tool_call' || task.task_type === 'compound') return task;
    return { ...task, assigned_agent: null, inputs: { ...(task.inputs as object | undefined), mock } };
  });
}
