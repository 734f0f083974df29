import type { ErrorCode } from './error-codes.ts';

/** What `executePlan` throws: `code` says what it is, `details` has the counts or the problems. */
export class PlanningError extends Error {
  override readonly name = 'PlanningError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** A binding has no value when its task is about to start. */
export class MissingOutputError extends Error {
  override readonly name = 'MissingOutputError';
  readonly code = 'E5402';
}
