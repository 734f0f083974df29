import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

export function writePlan(folder: string, plan: unknown, name = 'plan.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof plan === 'string' ? plan : JSON.stringify(plan));
  return path;
}
