import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';

const FLAGS = ['--disable-warning=ExperimentalWarning'];
const MAIN = join(import.meta.dirname, '../../lib/cli/main.ts');
const DIE_ON_CUE = join(import.meta.dirname, 'die-on-cue.ts');
const LONGEST_MS = 90_000;

/**
 * When a process is killed: a time after its start, or after it has first changed a run (starting takes long on a busy machine, and how
 * long varies), or on a cue of `die-on-cue.ts`.
 */
export type Death = { readonly from: 'start' | 'first change'; readonly ms: number } | { readonly cue: string };

export interface Outcome {
  /** null: it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** When it first changed a run. */
  readonly begunMs: number | undefined;
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
  const timed = death !== undefined && 'ms' in death ? death : undefined;
  const dieAfter = (ms: number) => setTimeout(() => child.kill('SIGKILL'), ms);
  const timers = [dieAfter(timed?.from === 'start' ? timed.ms : LONGEST_MS)];
  let begunMs: number | undefined;
  child.stderr.on('data', (chunk: Buffer) => {
    if (begunMs !== undefined || !/^begun$/m.test(chunk.toString())) return;
    begunMs = performance.now() - begun;
    if (timed?.from === 'first change') timers.push(dieAfter(timed.ms));
  });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  for (const timer of timers) clearTimeout(timer);
  const steps = /^steps: (\d+)$/m.exec(stderr)?.[1];
  return { code, stdout, stderr, ms: performance.now() - begun, begunMs, steps: steps === undefined ? undefined : Number(steps) };
}
