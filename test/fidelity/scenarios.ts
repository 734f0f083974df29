import type { Hangs } from './recorded-run.ts';

/** A plan as far as scenarios change it. */
export interface ScenarioPlan {
  readonly tasks: readonly ScenarioTask[];
  readonly resource_budget?: object;
}

interface ScenarioTask {
  readonly task_id: string;
  readonly timeout_seconds?: number;
  readonly metadata?: { readonly mock?: object };
}

export interface Scenario {
  readonly name: string;
  readonly plan: unknown;
  readonly hangs: Hangs;
}

/** What is made of every plan that is given: each of the runs that a plan can have, as far as one differs from another for an interpreter. */
export function scenariosOf(plan: ScenarioPlan): Scenario[] {
  const third = plan.tasks[Math.floor(plan.tasks.length / 3)]!;
  const isEvery = (n: number, of: ScenarioTask): boolean => plan.tasks.indexOf(of) % n === n - 1;
  return [
    { name: 'success', plan: limitedTo(plan, plan.tasks.length), hangs: {} },
    // its descendants are blocked, the others go on, finish-run fails
    { name: 'failure', plan: mocked(plan, (task) => (task === third ? { fail_times: -1 } : {})), hangs: {} },
    {
      name: 'retries',
      plan: mocked(plan, (task) => (isEvery(5, task) ? { fail_times: 2 } : task === third ? { fail_times: 1 } : {})),
      hangs: {},
    },
    // some functions never answer, so their states time out; one task takes too long each time, which its function notices
    {
      name: 'time-outs',
      plan: mocked(plan, (task) => (task === plan.tasks.at(-1) ? { duration_sec: 1e6 } : {})),
      hangs: Object.fromEntries(
        plan.tasks.filter((task) => task === third || isEvery(20, task)).map(({ task_id }, i) => [task_id, (i % 2) + 1]),
      ),
    },
    // places are few, so most tasks have a gate: some find it open, the others wait
    { name: 'gates', plan: limitedTo(plan, 3), hangs: {} },
  ];
}

function limitedTo(plan: ScenarioPlan, limit: number): unknown {
  return { ...plan, resource_budget: { ...plan.resource_budget, max_parallel_tasks: limit } };
}

function mocked(plan: ScenarioPlan, mockOf: (task: ScenarioTask) => object): unknown {
  const tasks = plan.tasks.map((task) => ({ ...task, metadata: { ...task.metadata, mock: { ...task.metadata?.mock, ...mockOf(task) } } }));
  return { ...plan, tasks };
}
