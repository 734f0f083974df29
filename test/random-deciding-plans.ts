import fc from 'fast-check';
import { type RandomPlan, type RandomTask, randomPlan } from './random-plans.ts';

/** What a condition comes to over the outputs of a mock, `{n}`. */
export const CONDITIONS = {
  'outputs.n > 1': (n: number) => n > 1,
  'outputs.n = context.n': () => false,
  '$exists(outputs.n)': () => true,
  'outputs.n + "x" = 1': () => 'error',
} as const satisfies Record<string, (n: number) => boolean | 'error'>;
export type Condition = keyof typeof CONDITIONS;

export interface DecidingTask extends Omit<RandomTask, 'dependencies' | 'metadata'> {
  readonly dependencies: { readonly task_id: string; readonly dependency_type?: 'conditional'; readonly condition?: Condition }[];
  readonly trigger_rule: string;
  readonly metadata: { readonly mock: RandomTask['metadata']['mock'] & { readonly outputs: { readonly n: number } } };
}

export interface DecidingPlan extends Omit<RandomPlan, 'tasks'> {
  readonly tasks: DecidingTask[];
  readonly on_failure: 'continue' | 'fail_fast';
}

const RULES = ['all_success', 'all_success', 'all_success', 'all_done', 'none_failed', 'one_failed', 'one_success'] as const;
const CONDITION_TEXTS = Object.keys(CONDITIONS) as Condition[];

/**
 * Random plans, with rules, conditions and milliseconds upon them. Of tasks that run by one dependency conditions are asked of those that have
 * completed by then, which is a matter of time: these have none.
 */
export function randomDecidingPlan(options: { pools?: boolean; onFailure?: DecidingPlan['on_failure'] } = {}): fc.Arbitrary<DecidingPlan> {
  const twist = fc.record({
    rule: fc.constantFrom(...RULES),
    condition: fc.option(fc.constantFrom(...CONDITION_TEXTS), { freq: 3 }),
    n: fc.integer({ min: 0, max: 3 }),
    ms: fc.integer({ min: 1, max: 999 }),
  });
  return fc
    .tuple(randomPlan({ failures: true, pools: options.pools ?? false }), fc.array(twist, { minLength: 5, maxLength: 40 }))
    .map(([plan, twists]) => ({
      ...plan,
      on_failure: options.onFailure ?? 'continue',
      tasks: plan.tasks.map((task, i): DecidingTask => {
        const { rule, condition, n, ms } = twists[i % twists.length]!;
        const isConditional = condition !== null && !rule.startsWith('one_');
        const { mock } = task.metadata;
        return {
          ...task,
          trigger_rule: task.dependencies.length === 0 ? 'all_success' : rule,
          dependencies: task.dependencies.map(({ task_id }, at) => ({
            task_id,
            ...(isConditional && at === 0 ? { dependency_type: 'conditional' as const, condition } : {}),
          })),
          metadata: { mock: { ...mock, duration_sec: mock.duration_sec + ((ms * (i + 1)) % 1000) / 1000, outputs: { n } } },
        };
      }),
    }));
}
