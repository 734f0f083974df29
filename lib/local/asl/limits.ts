/**
 * Quotas of Step Functions (Standard workflows) as far as the interpreter holds them. Other values are for tests.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export interface AslLimits {
  /** UTF-8 bytes of a definition. */
  readonly definitionBytes: number;
  /** Events of one execution, its last one included. */
  readonly historyEvents: number;
  /** UTF-8 bytes of JSON of an input, an output, a result or a variable. */
  readonly payloadBytes: number;
  /** UTF-8 bytes of JSON of all variables of one execution. */
  readonly variablesBytes: number;
  /** Iterations of one inline Map at the same time. */
  readonly mapConcurrency: number;
  /** Characters of a state's, a machine's, an execution's or a variable's name. */
  readonly nameLength: number;
  /** Time one JSONata evaluation may take, in milliseconds. */
  readonly evaluationMs: number;
  /** Nodes of the expression one JSONata evaluation may visit. The same on every machine, unlike the time. */
  readonly evaluationSteps: number;
  /** Nodes of the expression that may be open at once. */
  readonly evaluationDepth: number;
}

export const AWS_LIMITS: AslLimits = {
  definitionBytes: 1024 * 1024,
  historyEvents: 25_000,
  payloadBytes: 256 * 1024,
  variablesBytes: 10 * 1024 * 1024,
  mapConcurrency: 40,
  nameLength: 80,
  evaluationMs: 1_000,
  evaluationSteps: 1_000_000,
  evaluationDepth: 20_000,
};

/** The longest wait in a definition, in seconds: TimeoutSeconds, HeartbeatSeconds, Wait, IntervalSeconds. */
export const MAX_WAIT_SEC = 99_999_999;
/** The longest time between two attempts, in seconds. */
export const MAX_RETRY_DELAY_SEC = 31_622_400;
/** Characters of the error name and of the cause that a token may fail with. */
export const ERROR_NAME_LENGTH = 256;
export const CAUSE_LENGTH = 32_768;
