/** What Step Functions answers while it takes no more calls, machines or executions, or a machine of the name is going away. */
const FOR_LATER = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'ExecutionLimitExceeded',
  'StateMachineLimitExceeded',
  'StateMachineDeleting',
  'ServiceUnavailable',
]);

/** Whether the same call may be taken later, all tries of the SDK being used up. */
export function isForLater(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (FOR_LATER.has(error.name)) return true;
  const status = '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : undefined;
  return status !== undefined && (status === 429 || status >= 500);
}
