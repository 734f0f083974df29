import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';

const FLAGS = ['--disable-warning=ExperimentalWarning'];
const MAIN = join(import.meta.dirname, '../../lib/cli/main.ts');
const DIE_ON_CUE = join(import.meta.dirname, 'die-on-cue.ts');
const LONGEST_MS = 90_000;

/** When a process is killed: after a time, or on a cue of `die-on-cue.ts`. */
export type Death = { readonly ms: number } | { readonly cue: string };

export interface Outcome {
  /** null: it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** How many steps it made, where it came to its end and steps were counted. */
  readonly steps: number | undefined;
}

/** `run PLAN`, which dies where that is given. */
export function runPlan(planPath: string, dataDir: string, death?: Death): Promise<Outcome> {
  return live([MAIN, 'run', planPath, '--data-dir', dataDir, '--json'], death);
}

/** Takes a run on that a process has left. */
export function resumeRun(runId: string, dataDir: string, death?: Death): Promise<Outcome> {
  return live([MAIN, 'resume', runId, '--data-dir', dataDir, '--json'], death);
}

export function showRuns(dataDir: string, ...args: readonly string[]): Promise<Outcome> {
  return live([MAIN, 'status', ...args, '--data-dir', dataDir, '--json']);
}

async function live(args: readonly string[], death?: Death): Promise<Outcome> {
  const begun = performance.now();
  const cue = death !== undefined && 'cue' in death ? death.cue : '';
  const child = spawn(process.execPath, [...FLAGS, '--import', DIE_ON_CUE, ...args], {
    env: { ...process.env, DIE_ON_CUE: cue },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), death !== undefined && 'ms' in death ? death.ms : LONGEST_MS);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  clearTimeout(timer);
  const steps = /^steps: (\d+)$/m.exec(stderr)?.[1];
  return { code, stdout, stderr, ms: performance.now() - begun, steps: steps === undefined ? undefined : Number(steps) };
}
