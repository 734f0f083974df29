import { CommanderError } from 'commander';
import { ApiError, ClientError } from '../client/errors.ts';
import { isPassing } from '../client/repeat-policy.ts';
import { isStoreFailure, StoreUnusableError } from '../local/sqlite/open-database.ts';
import { PlanningError } from '../model/errors.ts';
import { KeyTakenError } from '../planning/earlier-run.ts';
import { ControlRefusedError, RunUnknownError } from '../runtime/control-run.ts';
import { EXIT } from './exit-codes.ts';
import { oneLine } from './format.ts';
import { UsageError } from './usage-error.ts';

const MAX_LENGTH = 2000;

interface Explanation {
  readonly text: string;
  readonly exitCode: number;
  readonly code?: string;
}

/** Says in one line, or in one JSON object, why a command did not do its work, and gives the exit code. */
export function explainError(error: unknown, { json }: { readonly json: boolean }): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.completed; // help was asked for
  const { text, exitCode, code = 'E5200' } = explain(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message: text, details: {} } })}\n`);
  else if (text !== '') process.stderr.write(`${text}\n`);
  return exitCode;
}

function explain(error: unknown): Explanation {
  if (error instanceof CommanderError) return { text: commanderText(error), exitCode: EXIT.usage };
  if (error instanceof UsageError) return { text: oneLine(error.message, MAX_LENGTH), exitCode: EXIT.usage };
  if (error instanceof StoreUnusableError) return { text: oneLine(error.message, MAX_LENGTH), exitCode: EXIT.usage, code: error.code };
  if (isStoreFailure(error)) {
    return { text: `cannot use the store: ${oneLine((error as Error).message, MAX_LENGTH)}`, exitCode: EXIT.usage, code: 'E5800' };
  }
  if (error instanceof ClientError) {
    const mayPass = error instanceof ApiError && isPassing(error.status);
    return { text: oneLine(error.message, MAX_LENGTH), exitCode: mayPass ? EXIT.internal : EXIT.usage };
  }
  if (error instanceof ControlRefusedError || error instanceof RunUnknownError || error instanceof KeyTakenError) {
    return { text: oneLine(error.message, MAX_LENGTH), exitCode: EXIT.usage, code: error.code };
  }
  const isPlain = error instanceof PlanningError || process.env.DEBUG === undefined;
  return { text: `internal error: ${isPlain ? String(error) : ((error as Error).stack ?? String(error))}`, exitCode: EXIT.internal };
}

/** Where help was shown instead, commander has no message of its own. */
function commanderText({ code, message }: CommanderError): string {
  return code === 'commander.help' ? '' : oneLine(message.replace(/^error: /, ''), MAX_LENGTH);
}
