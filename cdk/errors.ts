/** Values of the CDK's context are not right; the message has all problems. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the context is not right: ${problems.join('; ')}`);
    this.problems = problems;
  }
}
