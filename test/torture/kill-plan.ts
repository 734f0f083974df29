import { dependenciesOf, type Workload } from '../workloads.ts';
import { randomFrom } from './random.ts';

/** How long the longest path of tasks takes, in seconds, beside the waits between attempts. */
const LONGEST_PATH_SEC = 0.6;
const SHORTEST_SEC = 0.004;
export const LIMIT = 10;

interface Trouble {
  readonly name: string;
  readonly tasks: number;
  readonly policy: Readonly<Record<string, number | boolean>>;
  readonly mock: Readonly<Record<string, unknown>>;
  /** The task fails for good, and what is behind it is blocked. */
  readonly fatal: boolean;
}

/** A wait between attempts is a second, which is the least there is: few tasks have one. */
const WAIT = { initial_delay_sec: 1, max_delay_sec: 1, backoff_multiplier: 1 };

const TROUBLES: readonly Trouble[] = [
  { name: 'always', tasks: 3, policy: { ...WAIT, max_retries: 1 }, mock: { fail_times: -1, error: 'always' }, fatal: true },
  { name: 'once and for all', tasks: 3, policy: { max_retries: 0 }, mock: { fail_times: 1, error: 'once' }, fatal: true },
  // one attempt more than there may be, and these would complete
  { name: 'exhausting', tasks: 4, policy: { ...WAIT, max_retries: 1 }, mock: { fail_times: 2 }, fatal: true },
  {
    name: 'not to be retried',
    tasks: 2,
    policy: { ...WAIT, max_retries: 2, retry_on_agent_unavailable: false },
    mock: { fail_times: 1, error: { code: 'E5901', message: 'away' } },
    fatal: true,
  },
  { name: 'recovering', tasks: 5, policy: { ...WAIT, max_retries: 2 }, mock: { fail_times: 1 }, fatal: false },
  { name: 'just recovering', tasks: 2, policy: { ...WAIT, max_retries: 1 }, mock: { fail_times: 1 }, fatal: false },
];

/** Beyond so many descendants the failure of a task would leave too little to be run, and waits would add up. */
const FEW_BEHIND = 5;
const MANY_BEHIND = 60;

/**
 * A workload made short, some of whose tasks fail: always, now and then, and just as often as they may. The same each time.
 */
export function killPlan(workload: Workload) {
  const random = randomFrom(7);
  const scale = LONGEST_PATH_SEC / longestPathSec(workload);
  const descendants = descendantsOf(workload);
  const free = new Set(workload.tasks.keys());
  const troubles = new Map<number, Trouble>();
  for (const trouble of TROUBLES) {
    for (let n = 0; n < trouble.tasks; n++) {
      const candidates = [...free].filter((ordinal) => descendants[ordinal]! <= (trouble.fatal || n > 0 ? FEW_BEHIND : MANY_BEHIND));
      const chosen = candidates[Math.floor(random() * candidates.length)];
      if (chosen === undefined) break;
      free.delete(chosen);
      troubles.set(chosen, trouble);
    }
  }
  const tasks = workload.tasks.map((task, ordinal) => {
    const trouble = troubles.get(ordinal);
    const outputs = { of: task.id, tokens_used: ordinal % 7 };
    return {
      task_id: task.id,
      name: task.name,
      dependencies: task.deps.map((id) => ({ task_id: id, dependency_type: 'blocking' })),
      ...(trouble && { retry_policy: trouble.policy }),
      metadata: { mock: { duration_sec: Math.max(SHORTEST_SEC, task.runtime_sec * scale), outputs, ...trouble?.mock } },
    };
  });
  return { plan_id: workload.name, tasks, resource_budget: { max_parallel_tasks: LIMIT } };
}

export type KillPlan = ReturnType<typeof killPlan>;

function longestPathSec(workload: Workload): number {
  const dependencies = dependenciesOf(workload);
  const ends = new Map<number, number>();
  const endOf = (ordinal: number): number => {
    const known = ends.get(ordinal);
    if (known !== undefined) return known;
    const end = workload.tasks[ordinal]!.runtime_sec + Math.max(0, ...dependencies[ordinal]!.map(endOf));
    ends.set(ordinal, end);
    return end;
  };
  return Math.max(...workload.tasks.map((_, ordinal) => endOf(ordinal)));
}

function descendantsOf(workload: Workload): number[] {
  const dependents = workload.tasks.map((): number[] => []);
  dependenciesOf(workload).forEach((own, ordinal) => {
    for (const dependency of own) dependents[dependency]!.push(ordinal);
  });
  return dependents.map((direct) => {
    const found = new Set(direct);
    for (const ordinal of found) for (const next of dependents[ordinal]!) found.add(next);
    return found.size;
  });
}
