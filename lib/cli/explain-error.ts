import { CommanderError } from 'commander';
import { ApiError, ClientError } from '../client/errors.ts';
import { isPassing } from '../client/retry.ts';
import { StoreUnusableError } from '../local/sqlite/open-database.ts';
import { PlanningError } from '../model/errors.ts';
import { EXIT } from './exit-codes.ts';
import { oneLine } from './format.ts';
import { UsageError } from './usage-error.ts';

/** Says in one line why a command did not do its work, and gives the exit code. */
export function explainError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.completed : EXIT.usage; // commander has said what it is
  if (error instanceof UsageError || error instanceof StoreUnusableError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof ClientError) {
    process.stderr.write(`${oneLine(error.message, 2000)}\n`);
    return error instanceof ApiError && isPassing(error.status) ? EXIT.internal : EXIT.usage;
  }
  const text =
    error instanceof PlanningError || process.env.DEBUG === undefined ? String(error) : ((error as Error).stack ?? String(error));
  process.stderr.write(`internal error: ${text}\n`);
  return EXIT.internal;
}
