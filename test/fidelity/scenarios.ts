import type { Hangs } from './recorded-run.ts';
import type { RunContents } from './run-contents.ts';

/** A plan as far as scenarios change it. */
export interface ScenarioPlan {
  readonly tasks: readonly ScenarioTask[];
  readonly resource_budget?: object;
}

interface ScenarioTask {
  readonly task_id: string;
  readonly timeout_seconds?: number;
  readonly metadata?: { readonly mock?: object };
  readonly trigger_rule?: string;
  readonly dependencies?: readonly { readonly task_id: string; readonly condition?: unknown }[];
  /** Of a compound, a foreach or a sub-plan: nobody carries it out itself. */
  readonly subtasks?: unknown;
  readonly foreach?: unknown;
  readonly plan_ref?: unknown;
}

export interface Scenario {
  readonly name: string;
  readonly plan: unknown;
  readonly hangs: Hangs;
  /** What a run of it has not, of what it must have. */
  readonly lacks: (contents: RunContents) => string | undefined;
}

/** What is made of every plan that is given: each of the runs that a plan can have, as far as one differs from another for an interpreter. */
export function scenariosOf(plan: ScenarioPlan): Scenario[] {
  const plain = plan.tasks.filter(({ subtasks, foreach, plan_ref }) => (subtasks ?? foreach ?? plan_ref) === undefined);
  const third = plain[Math.floor(plain.length / 3)]!;
  // one that may be skipped comes to no time-out
  const last = plain.findLast(
    ({ trigger_rule, dependencies = [] }) => trigger_rule === undefined && dependencies.every(({ condition }) => !condition),
  )!;
  const ordinals = new Map(plan.tasks.map((task, ordinal) => [task, ordinal]));
  const isEvery = (n: number, task: ScenarioTask): boolean => ordinals.get(task)! % n === n - 1;
  return [
    {
      name: 'success',
      plan: limitedTo(plan, plan.tasks.length),
      hangs: {},
      lacks: ({ status }) => unless(status === 'SUCCEEDED', 'success'),
    },
    {
      name: 'failure', // its descendants are blocked, the others go on, finish-run fails
      plan: mocked(plan, (task) => (task === third ? { fail_times: -1 } : {})),
      hangs: {},
      lacks: ({ status, failed }) => unless(status === 'FAILED' && failed > 0, 'a failed task'),
    },
    {
      name: 'retries',
      plan: mocked(plan, (task) => (isEvery(5, task) ? { fail_times: 2 } : task === third ? { fail_times: 1 } : {})),
      hangs: {},
      lacks: ({ status, retried }) => unless(status === 'SUCCEEDED' && retried > 0, 'a task that is retried and succeeds'),
    },
    {
      name: 'time-outs', // some functions never answer, so their states time out; one task takes too long each time, which its function notices
      plan: mocked(plan, (task) => (task === last ? { duration_sec: 1e6 } : {})),
      hangs: Object.fromEntries(
        plan.tasks.filter((task) => task === third || isEvery(20, task)).map(({ task_id }, i) => [task_id, (i % 2) + 1]),
      ),
      lacks: ({ timedOutStates, timedOutTasks }) =>
        unless(timedOutStates > 0, 'a state that times out') ?? unless(timedOutTasks > 0, 'a task that times out'),
    },
    {
      name: 'gates', // places are few, so most tasks have a gate: some find it open, the others wait
      plan: limitedTo(crowded(plan), 3),
      hangs: {},
      lacks: ({ tokens }) => unless(tokens.early > 0, 'a gate found open') ?? unless(tokens.late > 0, 'a gate that waited'),
    },
  ];
}

function unless(is: boolean, lacking: string): string | undefined {
  return is ? undefined : lacking;
}

/** With tasks beside it, no two alike, that want the same places: so that a chain, too, or a crowd of equal tasks, has to ask for them. */
function crowded(plan: ScenarioPlan): ScenarioPlan {
  const beside = Array.from({ length: 4 }, (_, i) => ({
    task_id: `beside ${i}`,
    timeout_seconds: 100 + i,
    metadata: { mock: { duration_sec: 10 * (i + 1) } },
  }));
  return { ...plan, tasks: [...plan.tasks, ...beside] };
}

function limitedTo(plan: ScenarioPlan, limit: number): ScenarioPlan {
  return { ...plan, resource_budget: { ...plan.resource_budget, max_parallel_tasks: limit } };
}

function mocked(plan: ScenarioPlan, mockOf: (task: ScenarioTask) => object): unknown {
  const tasks = plan.tasks.map((task) => ({ ...task, metadata: { ...task.metadata, mock: { ...task.metadata?.mock, ...mockOf(task) } } }));
  return { ...plan, tasks };
}
