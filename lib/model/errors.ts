import type { ErrorCode } from './error-codes.ts';

/** What users of the orchestrator are told: `code` says what kind of failure, `details` has what belongs to it. */
export class PlanningError extends Error {
  override readonly name: string = 'PlanningError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** A binding has no value at run time. Trying again would not help. */
export class MissingOutputError extends PlanningError {
  override readonly name = 'MissingOutputError';

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super('E5402', message, details, options);
  }
}
