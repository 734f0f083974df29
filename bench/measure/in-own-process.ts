import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerResult, WorkerTask } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const TIME_LIMIT_MS = 10 * 60_000;

/**
 * Measures a contestant in a process of its own, so that none warms up or fills the memory of another.
 *
 * @throws Error with the last line that the process has written to stderr
 */
export function measureInOwnProcess(task: WorkerTask): Promise<WorkerResult> {
  const child = fork(WORKER, [JSON.stringify(task)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: TIME_LIMIT_MS,
  });
  let result: WorkerResult | undefined;
  let errors = '';
  child.on('message', (message) => {
    result = message as WorkerResult;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-10_000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (result !== undefined && code === 0) resolve(result);
      else reject(new Error(reasonIn(errors) ?? `the process ended with ${signal ?? code}`));
    });
  });
}

function reasonIn(errors: string): string | undefined {
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
}
