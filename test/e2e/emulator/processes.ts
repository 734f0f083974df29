import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** How much of a log is shown when a command fails. */
const SHOWN_CHARACTERS = 10_000;

/** Runs a command to its end, its output beside ours. @throws when it fails */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  await spawnAndWait(command, args, options, 'inherit');
}

/** Runs a command to its end, its output added to a file. @throws when it fails, with the end of that file */
export async function runLogged(
  command: string,
  args: readonly string[],
  { logFile, ...options }: RunOptions & { readonly logFile: string },
): Promise<void> {
  const log = openSync(logFile, 'a');
  try {
    await spawnAndWait(command, args, options, ['ignore', log, log]);
  } catch (error) {
    throw new Error(`…${readFileSync(logFile, 'utf8').slice(-SHOWN_CHARACTERS)}`, { cause: error });
  } finally {
    closeSync(log);
  }
}

/** The exit code, or the signal that ended the process. */
export async function exitCode(child: ChildProcess): Promise<number | NodeJS.Signals> {
  if (child.exitCode !== null) return child.exitCode;
  if (child.signalCode !== null) return child.signalCode;
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? signal!;
}

async function spawnAndWait(
  command: string,
  args: readonly string[],
  { env = process.env, cwd = process.cwd() }: RunOptions,
  stdio: StdioOptions,
): Promise<void> {
  const child = spawn(command, args, { env, cwd, stdio });
  const code = await exitCode(child);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}
