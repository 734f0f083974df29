import fc from 'fast-check';

/** A task that is done once, or once for each item of a list; it is one task, or several. */
export interface ForeachTask {
  readonly task_id: string;
  readonly items: number | undefined;
  readonly tolerated: number;
  readonly maxConcurrency: number | null;
  readonly onFailure: 'continue' | 'fail_fast';
  readonly subtasks: readonly ForeachTask[];
  readonly on: readonly string[];
  readonly rule: string;
  readonly condition: string | null;
  readonly duration: number;
  readonly failTimes: number;
  readonly maxRetries: number;
  readonly priority: number;
}

interface Drawn extends Omit<ForeachTask, 'task_id' | 'on' | 'subtasks'> {
  readonly links: readonly number[];
  readonly subtasks: readonly Drawn[];
}

const RULES = ['all_success', 'all_success', 'all_success', 'all_done', 'none_failed'];

/** Plans of tasks, compounds and foreach in each other, whose tasks depend on others beside them. */
export function randomForeachPlan({ failures, decides }: { failures: boolean; decides: boolean }): fc.Arbitrary<readonly ForeachTask[]> {
  const drawn = (depth: number): fc.Arbitrary<Drawn> =>
    fc.record({
      items: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, fc.integer({ min: 0, max: 4 })),
      tolerated: fc.constant(0),
      maxConcurrency: fc.constantFrom(null, null, 1, 2),
      onFailure: decides ? fc.constantFrom('continue', 'fail_fast') : fc.constant('continue'),
      duration: fc.integer({ min: 0, max: 20 }),
      failTimes: failures ? fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 3 })) : fc.constant(0),
      maxRetries: fc.integer({ min: 0, max: 2 }),
      priority: fc.constantFrom(0, 0, 5),
      links: fc.array(fc.nat(), { maxLength: 3 }),
      rule: decides ? fc.constantFrom(...RULES) : fc.constant('all_success'),
      condition: decides ? fc.constantFrom(null, null, null, 'true', 'false') : fc.constant(null),
      subtasks:
        depth === 0
          ? fc.constant([])
          : fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(drawn(depth - 1), { minLength: 1, maxLength: 4 })),
    });
  return fc.array(drawn(2), { minLength: 1, maxLength: 6 }).map(assemble);
}

function assemble(drawn: readonly Drawn[]): ForeachTask[] {
  return drawn.map(({ links, subtasks, ...task }, i) => {
    const on = [...new Set(links.flatMap((link) => (i === 0 ? [] : [`t${link % i}`])))];
    return { ...task, task_id: `t${i}`, on, rule: on.length > 0 ? task.rule : 'all_success', subtasks: assemble(subtasks) };
  });
}

const dependenciesOf = ({ on, condition }: ForeachTask): object[] =>
  on.map((task_id, i) => ({ task_id, ...(i === 0 && condition !== null ? { dependency_type: 'conditional', condition } : {}) }));
const startOf = (task: ForeachTask): object => ({ dependencies: dependenciesOf(task), trigger_rule: task.rule });
const workOf = ({ duration, failTimes, maxRetries, priority }: ForeachTask): object => ({
  priority,
  timeout_seconds: 100,
  retry_policy: { max_retries: maxRetries, initial_delay_sec: 1 },
  metadata: { mock: { duration_sec: duration, fail_times: failTimes } },
});

/** As the plan has it. */
export function asForeach(tasks: readonly ForeachTask[]): object[] {
  return tasks.map((task) => {
    const { task_id, items, tolerated, maxConcurrency, onFailure, subtasks } = task;
    const work = subtasks.length === 0 ? workOf(task) : { task_type: 'compound', priority: task.priority, subtasks: asForeach(subtasks) };
    if (items === undefined) return { task_id, ...work, ...startOf(task) };
    const list = Array.from({ length: items }, (_, i) => `item ${i}`);
    const limits = { max_concurrency: maxConcurrency, tolerated_failures: tolerated, on_failure: onFailure };
    return { task_id, ...work, ...startOf(task), ...limits, foreach: list };
  });
}

/** The same by hand, without a foreach: a compound that has every item in it. Without items it is a task of no time. */
export function byHand(tasks: readonly ForeachTask[]): object[] {
  return tasks.map((task) => {
    const { task_id, items, onFailure, subtasks } = task;
    const work = subtasks.length === 0 ? workOf(task) : { task_type: 'compound', priority: task.priority, subtasks: byHand(subtasks) };
    if (items === undefined) return { task_id, ...work, ...startOf(task) };
    if (items === 0) return { task_id, ...startOf(task), metadata: { mock: { duration_sec: 0, fail_times: 0 } } };
    const each = Array.from({ length: items }, (_, i) => ({ task_id: String(i), ...work }));
    return { task_id, task_type: 'compound', on_failure: onFailure, subtasks: each, ...startOf(task) };
  });
}
