/** In quotes an error repeats what it was about: `Value '…' at 'taskToken' failed to satisfy constraint`, `"{secre"… is not valid JSON`. */
const QUOTED = /["'`].*["'`]/s;
const FRAME = /^\s+at /;

/**
 * An error as it may be written to a log: its name, code, message, causes and where it was thrown. Clients of services hang requests, items and
 * keys on their errors, and what services and parsers quote is data of somebody's run: none of that is kept.
 */
export function withoutData(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`a ${typeof error} was thrown`);
  const { name, code } = error as Error & { readonly code?: unknown };
  const kept = new Error(mayQuote(error) ? error.message.replace(QUOTED, '…') : error.message, {
    ...(error.cause instanceof Error && { cause: withoutData(error.cause) }),
  });
  const frames = (error.stack ?? '').split('\n').filter((line) => FRAME.test(line));
  return Object.assign(kept, {
    name,
    stack: [`${name}: ${kept.message}`, ...frames].join('\n'),
    ...(typeof code === 'string' && { code }),
  });
}

/** Errors of a service's client, and of parsers. */
function mayQuote(error: Error): boolean {
  return '$metadata' in error || error instanceof SyntaxError;
}
