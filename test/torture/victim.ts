import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';

const FLAGS = ['--disable-warning=ExperimentalWarning'];
const MAIN = join(import.meta.dirname, '../../lib/cli/main.ts');
const RESUME = join(import.meta.dirname, 'resume-run.ts');
const DIE_AT_STEP = join(import.meta.dirname, 'die-at-step.ts');
const LONGEST_MS = 90_000;

/** When a process is killed: after a time, or before or after one of its steps. */
export type Death = { readonly ms: number } | { readonly step: number; readonly when: 'before' | 'after' };

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
  return live([RESUME, runId, dataDir], death);
}

export function showRuns(dataDir: string, ...args: readonly string[]): Promise<Outcome> {
  return live([MAIN, 'status', ...args, '--data-dir', dataDir, '--json']);
}

async function live(args: readonly string[], death?: Death): Promise<Outcome> {
  const begun = performance.now();
  const step = death !== undefined && 'step' in death ? `${death.step} ${death.when}` : '';
  const child = spawn(process.execPath, [...FLAGS, '--import', DIE_AT_STEP, ...args], {
    env: { ...process.env, DIE_AT_STEP: step },
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
