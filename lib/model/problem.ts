import type { ErrorCode } from './error-codes.ts';

/** One thing that is wrong with a plan. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where: `$.tasks[3].dependencies[0].task_id`. */
  readonly path: string;
  /** Ids of the tasks it concerns. */
  readonly task_ids: readonly string[];
  readonly hint?: string;
}

export type PathStep = string | number;

export function writePath(steps: readonly PathStep[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`;
  }, '$');
}
