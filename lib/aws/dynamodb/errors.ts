/** What the store cannot do; E58xx is the family of persistence. */
export abstract class DynamoStoreError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;
}

/** A run of this id exists already. */
export class RunExistsError extends DynamoStoreError {
  override readonly name = 'RunExistsError';
  readonly code = 'E5800';
  readonly runId: string;

  constructor(runId: string) {
    super(`there is a run ${runId} already`);
    this.runId = runId;
  }
}

/** DynamoDB kept refusing for lack of throughput or because of other transactions. */
export class StoreBusyError extends DynamoStoreError {
  override readonly name = 'StoreBusyError';
  readonly code = 'E5801';
}

/** A value that an item refers to is not where the item says it is. */
export class MissingValueError extends DynamoStoreError {
  override readonly name = 'MissingValueError';
  readonly code = 'E5802';
}
