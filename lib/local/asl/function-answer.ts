import { CAUSE_LENGTH, ERROR_NAME_LENGTH } from './limits.ts';
import { StateFailure } from './state-failure.ts';

/** What a function returned, as Lambda would hand it on: through JSON, so that nothing is shared with the function. */
export function answerOf(returned: unknown): unknown {
  switch (typeof returned) {
    case 'string':
    case 'boolean':
      return returned;
    case 'undefined':
      return null;
    default: {
      const text = writeJson(returned);
      return text === undefined ? null : JSON.parse(text);
    }
  }
}

function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StateFailure('Runtime.MarshalError', causeOf('Runtime.MarshalError', `Unable to stringify response body: ${reason}`, []));
  }
}

/** What a function threw: the error's `name` is the error in ASL, and the cause is what Lambda's Node.js runtime writes. */
export function failureOf(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  if (!(thrown instanceof Error)) return new StateFailure(typeof thrown, causeOf(typeof thrown, String(thrown), []));
  return new StateFailure(thrown.name, causeOf(thrown.name, thrown.message, (thrown.stack ?? '').split('\n')));
}

function causeOf(errorType: string, errorMessage: string, trace: readonly string[]): string {
  const cause = JSON.stringify({ errorType, errorMessage, trace });
  if (cause.length <= CAUSE_LENGTH) return cause;
  // half of it, because a character may be written as two
  return JSON.stringify({
    errorType: errorType.slice(0, ERROR_NAME_LENGTH),
    errorMessage: errorMessage.slice(0, CAUSE_LENGTH / 2 - 500),
    trace: [],
  });
}
