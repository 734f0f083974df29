import { describe, expect, it } from 'vitest';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';

import { givenPlans } from './given-plans.ts';
import { recordRun } from './recorded-run.ts';
import { contentsOf, type RunContents } from './run-contents.ts';
import { scenariosOf } from './scenarios.ts';

describe.each([...givenPlans(120)])('the scenarios of %s', (_, plan) => {
  it.each(scenariosOf(plan).map((scenario) => [scenario.name, scenario] as const))(
    '%s contains what it is for',
    async (_name, scenario) => {
      const recorded = await recordRun(preparePlan(scenario.plan), scenario.hangs);

      expect(scenario.lacks(contentsOf(recorded))).toBeUndefined();
    },
  );
});

const NOTHING: RunContents = {
  status: 'RUNNING',
  retried: 0,
  failed: 0,
  timedOutStates: 0,
  timedOutTasks: 0,
  tokens: { early: 0, late: 0, unanswered: 0 },
};

it.each(scenariosOf({ tasks: [{ task_id: 'a' }] }).map(({ name, lacks }) => [name, lacks] as const))(
  '%s notices that there is nothing',
  (_, lacks) => {
    expect(lacks(NOTHING)).toBeDefined();
  },
);
