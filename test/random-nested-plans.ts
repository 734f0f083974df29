import fc from 'fast-check';

export interface NestedTask {
  readonly task_id: string;
  readonly task_type: 'atomic' | 'compound';
  readonly timeout_seconds: number | null;
  readonly dependencies: { readonly task_id: string; readonly dependency_type?: string; readonly condition?: string }[];
  readonly retry_policy: { readonly max_retries: number; readonly initial_delay_sec: number };
  readonly metadata: { readonly mock: { readonly duration_sec: number; readonly fail_times: number } };
  readonly subtasks: NestedTask[];
  readonly trigger_rule: string;
  readonly on_failure?: string;
}

export interface NestedPlan {
  readonly tasks: NestedTask[];
}

/** A task as somebody would write it who has no compounds: with whole ids, and a compound as a task of no time behind its subtasks. */
export interface FlatTask {
  readonly task_id: string;
  readonly isCompound: boolean;
  readonly dependencies: { readonly task_id: string }[];
  /** How often it may be attempted. */
  readonly attempts: number;
  readonly metadata: { readonly mock: { readonly duration_sec: number; readonly fail_times: number } };
}

interface Drawn {
  readonly duration: number;
  readonly failTimes: number;
  readonly maxRetries: number;
  readonly links: readonly number[];
  readonly subtasks: readonly Drawn[];
  readonly rule: string;
  readonly timeout: number | null;
  readonly onFailure: string;
  readonly condition: string | null;
}

const RULES = ['all_success', 'all_success', 'all_success', 'all_done', 'none_failed', 'one_failed', 'one_success'];

/** Plans of compounds in compounds, whose tasks depend on each other across all borders. */
export function randomNestedPlan({ failures, decides = false }: { failures: boolean; decides?: boolean }): fc.Arbitrary<NestedPlan> {
  const drawn = (depth: number): fc.Arbitrary<Drawn> =>
    fc.record({
      duration: fc.integer({ min: 0, max: 20 }),
      failTimes: failures ? fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 6 })) : fc.constant(0),
      maxRetries: fc.integer({ min: 0, max: 2 }),
      links: fc.array(fc.nat(), { maxLength: 3 }),
      rule: decides ? fc.constantFrom(...RULES) : fc.constant('all_success'),
      timeout: decides ? fc.constantFrom(null, null, 5, 20, 60) : fc.constant(null),
      onFailure: decides ? fc.constantFrom('continue', 'fail_fast') : fc.constant('continue'),
      condition: decides ? fc.constantFrom(null, null, null, 'true', 'false') : fc.constant(null),
      subtasks:
        depth === 0
          ? fc.constant([])
          : fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(drawn(depth - 1), { minLength: 1, maxLength: 5 })),
    });
  return fc.array(drawn(3), { minLength: 1, maxLength: 8 }).map((tasks) => ({ tasks: assemble(tasks) }));
}

/** Tasks depend on what stands before them and is not around them: so there are no cycles. */
function assemble(drawn: readonly Drawn[]): NestedTask[] {
  const earlier: { readonly id: string; readonly parent: string }[] = [];
  let count = 0;
  const make = (drawnTask: Drawn, parent: string): NestedTask => {
    const { duration, failTimes, maxRetries, links, subtasks, rule, timeout, onFailure, condition } = drawnTask;
    const task_id = `t${count++}`;
    const on = links.flatMap((link) => (earlier.length === 0 ? [] : [earlier[earlier.length - 1 - (link % Math.min(earlier.length, 9))]!]));
    const id = parent + task_id;
    const made = subtasks.map((subtask) => make(subtask, `${id}/`));
    earlier.push({ id, parent });
    return {
      task_id,
      task_type: made.length > 0 ? 'compound' : 'atomic',
      timeout_seconds: made.length > 0 ? timeout : 100,
      trigger_rule: on.length > 0 ? rule : 'all_success',
      ...(made.length > 0 ? { on_failure: onFailure } : {}),
      // siblings by their short ids
      dependencies: [...new Set(on)].map((other, i) => ({
        task_id: other.parent === parent ? other.id.slice(parent.length) : other.id,
        ...(i === 0 && condition !== null ? { dependency_type: 'conditional', condition } : {}),
      })),
      retry_policy: { max_retries: maxRetries, initial_delay_sec: 1 },
      metadata: { mock: { duration_sec: duration, fail_times: failTimes } },
      subtasks: made,
    };
  };
  return drawn.map((each) => make(each, ''));
}

/** The same plan by hand. Written anew: it shares nothing with the project. */
export function flattenByHand({ tasks }: NestedPlan): FlatTask[] {
  const flat: FlatTask[] = [];
  const walk = (task: NestedTask, parent: string, start: readonly string[], rounds: number): void => {
    const id = parent + task.task_id;
    const own = task.dependencies.map(({ task_id }) =>
      task_id.startsWith('t') && !task_id.includes('/') && isIn(tasks, parent, task_id) ? parent + task_id : task_id,
    );
    const waitsInside = parent !== '' && own.some((other) => other.startsWith(parent));
    const all = waitsInside ? own : [...own, ...start];
    const attempts = rounds * (task.retry_policy.max_retries + 1);
    for (const subtask of task.subtasks) walk(subtask, `${id}/`, all, attempts);
    const isCompound = task.subtasks.length > 0;
    const on = isCompound ? task.subtasks.map(({ task_id }) => `${id}/${task_id}`) : all;
    const mock = isCompound ? { duration_sec: 0, fail_times: 0 } : task.metadata.mock;
    flat.push({ task_id: id, isCompound, dependencies: on.map((task_id) => ({ task_id })), attempts, metadata: { mock } });
  };
  for (const task of tasks) walk(task, '', [], 1);
  return flat;
}

function isIn(tasks: readonly NestedTask[], parent: string, id: string): boolean {
  const scope = parent
    .split('/')
    .slice(0, -1)
    .reduce<readonly NestedTask[]>((list, step) => list.find(({ task_id }) => task_id === step)!.subtasks, tasks);
  return scope.some(({ task_id }) => task_id === id);
}
