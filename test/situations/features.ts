import { COMPOUND } from './features/compound.ts';
import { CONDITION } from './features/condition.ts';
import { FAIL_FAST } from './features/fail-fast.ts';
import { FOREACH_COMPOUND } from './features/foreach-compound.ts';
import { FOREACH_TASK } from './features/foreach-task.ts';
import { ALL_DONE } from './features/rule-all-done.ts';
import { NONE_FAILED } from './features/rule-none-failed.ts';
import { ONE_FAILED } from './features/rule-one-failed.ts';
import { ONE_SUCCESS } from './features/rule-one-success.ts';
import { SUB_PLAN } from './features/sub-plan.ts';
import type { Feature } from './scenario.ts';

/** The rows of docs/situations.md. */
export const FEATURES: readonly Feature[] = [
  COMPOUND,
  FOREACH_TASK,
  FOREACH_COMPOUND,
  SUB_PLAN,
  CONDITION,
  ALL_DONE,
  ONE_FAILED,
  ONE_SUCCESS,
  NONE_FAILED,
  FAIL_FAST,
];
