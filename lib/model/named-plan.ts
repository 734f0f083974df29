import type { ErrorCode } from './error-codes.ts';
import type { Plan } from './plan.ts';

/** A stored plan as those find it that name it in `plan_ref`, or why they cannot run it. */
export type NamedPlan =
  | {
      readonly ok: true;
      /** Of what it is now, with all that it names in turn. */
      readonly hash: string;
      readonly plan: Plan;
      /** Runs that it comes to, with those of the plans that it names. */
      readonly runs: number;
      /** How many of these are in each other. */
      readonly depth: number;
    }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };
