/** There is a run of this id already. */
export class RunExistsError extends Error {
  override readonly name = 'RunExistsError';
  readonly code = 'E5800';

  constructor(runId: string) {
    super(`there is a run ${runId} already`);
  }
}
