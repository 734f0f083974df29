import { InvalidOutput, TaskDoesNotExist, TaskTimedOut, ValidationException } from './errors.ts';
import { answerOf } from './function-answer.ts';
import { CAUSE_LENGTH, ERROR_NAME_LENGTH } from './limits.ts';
import { isLarger } from './payload-size.ts';
import { StateFailure } from './state-failure.ts';
import type { TaskAttempt } from './task-attempt.ts';

/** The tokens that tasks wait for. A token is remembered only as long as its task is open. */
export class TaskTokens {
  readonly #makeId: () => string;
  readonly #payloadBytes: number;
  readonly #prefix: string;
  readonly #open = new Map<string, TaskAttempt>();
  #issued = 0;

  constructor(makeId: () => string, payloadBytes: number, prefix: string | undefined) {
    this.#makeId = makeId;
    this.#payloadBytes = payloadBytes;
    this.#prefix = prefix ?? `${makeId()}.`;
  }

  /** Tasks that wait now. */
  get size(): number {
    return this.#open.size;
  }

  issue(): string {
    return `${this.#prefix}${++this.#issued}.${this.#makeId()}`;
  }

  open(token: string, attempt: TaskAttempt): void {
    this.#open.set(token, attempt);
    attempt.whenOver(() => this.#open.delete(token));
  }

  succeed(token: string, output: unknown): void {
    const attempt = this.#attemptOf(token);
    const answer = answerOf(output);
    if (isLarger(answer, this.#payloadBytes)) throw new InvalidOutput(`The output is larger than ${this.#payloadBytes} bytes`);
    attempt.succeed(answer);
  }

  fail(token: string, { error, cause }: { readonly error?: string | undefined; readonly cause?: string | undefined }): void {
    const attempt = this.#attemptOf(token);
    if ((error?.length ?? 0) > ERROR_NAME_LENGTH) throw new ValidationException(`The error has more than ${ERROR_NAME_LENGTH} characters`);
    if ((cause?.length ?? 0) > CAUSE_LENGTH) throw new ValidationException(`The cause has more than ${CAUSE_LENGTH} characters`);
    attempt.fail(new StateFailure(error, cause));
  }

  beat(token: string): void {
    this.#attemptOf(token).beat();
  }

  #attemptOf(token: string): TaskAttempt {
    const attempt = this.#open.get(token);
    if (attempt !== undefined) return attempt;
    if (token.startsWith(this.#prefix)) throw new TaskTimedOut('Nobody waits for this token any more');
    throw new TaskDoesNotExist('This token was never given out');
  }
}
