import type { Task, TaskRule } from './plan.ts';

/** What a trigger rule says of a task beside when it runs, which `runtime/trigger-rules.ts` decides. */
export interface RuleFacts {
  /** The task is there for failures: it runs although the plan is `fail_fast` and a task has failed. */
  readonly runsAfterFailure: boolean;
  /** Whether the task may end `skipped` without a condition: always, never, or where one or all of its dependencies may. */
  readonly skippable: 'always' | 'never' | 'with_one' | 'with_all';
  /** A compound may fail while some of it goes on: who depends on it waits for that as well. */
  readonly waitsForSubtasks: boolean;
}

export const RULE_FACTS: Readonly<Record<TaskRule, RuleFacts>> = {
  all_success: { runsAfterFailure: false, skippable: 'with_one', waitsForSubtasks: false },
  all_done: { runsAfterFailure: true, skippable: 'never', waitsForSubtasks: true },
  none_failed: { runsAfterFailure: false, skippable: 'never', waitsForSubtasks: false },
  one_failed: { runsAfterFailure: true, skippable: 'always', waitsForSubtasks: false },
  one_success: { runsAfterFailure: false, skippable: 'with_all', waitsForSubtasks: false },
  subtasks: { runsAfterFailure: false, skippable: 'with_all', waitsForSubtasks: false },
};

/** What becomes of the task does not simply follow from its dependencies having completed. */
export function hasRuleOrCondition(task: Pick<Task, 'trigger_rule' | 'dependencies'>): boolean {
  return hasRule(task) || hasCondition(task);
}

export function hasRule({ trigger_rule }: Pick<Task, 'trigger_rule'>): boolean {
  return trigger_rule !== 'all_success';
}

export function hasCondition({ dependencies }: Pick<Task, 'dependencies'>): boolean {
  return dependencies.some(({ dependency_type }) => dependency_type === 'conditional');
}
