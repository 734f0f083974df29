import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const TIME_LIMIT_MS = 10 * 60_000;

/**
 * Measures something in a process of its own, so that nothing else has warmed it up or filled its memory.
 *
 * @param module a module that reads `task` as JSON from its first argument and sends one message, the result
 * @throws Error with the error that the process has written to stderr
 */
export function inOwnProcess<Result>(module: string, task: object, execArgv: readonly string[] = []): Promise<Result> {
  const child = fork(fileURLToPath(module), [JSON.stringify(task)], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: TIME_LIMIT_MS,
  });
  let result: Result | undefined;
  let errors = '';
  child.on('message', (message) => {
    result = message as Result;
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
