import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a command to its end, its output beside ours. @throws when it fails */
export async function run(
  command: string,
  args: readonly string[],
  { env = process.env, cwd = process.cwd() }: RunOptions = {},
): Promise<void> {
  const child = spawn(command, args, { env, cwd, stdio: 'inherit' });
  const code = await exitCode(child);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

/** The exit code, or the signal that ended the process. */
export async function exitCode(child: ChildProcess): Promise<number | NodeJS.Signals> {
  if (child.exitCode !== null) return child.exitCode;
  if (child.signalCode !== null) return child.signalCode;
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? signal!;
}
