import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const MAIN = join(import.meta.dirname, '../../lib/cli/main.ts');
export const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];

/** A folder of its own, in the system's temporary one. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'task-orchestrator-'));
}

/** Runs the command line as users do, in `cwd`. */
export function cli(args: readonly string[], { cwd = scratch(), input = '' } = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...NODE_FLAGS, MAIN, ...args], { cwd, input, encoding: 'utf8', timeout: 60_000 });
}

export interface CliOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The same while this process goes on, so that it can be the one that is asked. */
export function startCli(
  args: readonly string[],
  { cwd = scratch(), env = {} } = {},
): { child: ChildProcess; outcome: Promise<CliOutcome> } {
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...args], { cwd, env: { ...process.env, ...env } });
  const exit = once(child, 'exit') as Promise<[number]>;
  const outcome = Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { child, outcome: outcome.then(([[status], stdout, stderr]) => ({ status, stdout, stderr })) };
}

export function writePlan(folder: string, plan: unknown, name = 'plan.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof plan === 'string' ? plan : JSON.stringify(plan));
  return path;
}
