import type { ErrorCode } from '../model/error-codes.ts';

/** What AWS did not do for us. */
export abstract class AwsError extends Error {
  abstract override readonly name: string;
  abstract readonly code: ErrorCode;
}

/** Blobs were to be deleted, and some are still there. */
export class BlobsLeftError extends AwsError {
  override readonly name = 'BlobsLeftError';
  readonly code = 'E5802';
}

/** EventBridge kept refusing events. */
export class EventsRefusedError extends AwsError {
  override readonly name = 'EventsRefusedError';
  readonly code = 'E5200';
}

/** The environment variables of a function are missing or wrong; the message has all problems. */
export class EnvironmentError extends AwsError {
  override readonly name = 'EnvironmentError';
  readonly code = 'E5200';
}
