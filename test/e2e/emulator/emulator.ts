import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { exitCode } from './processes.ts';
import { emulatorPython } from './python.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

export interface Emulator {
  readonly endpoint: string;
  /** Where it writes what it does. */
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Starts the emulator as a child of this process, on a free port of 127.0.0.1, with nothing in it. */
export async function startEmulator(logFile: string): Promise<Emulator> {
  const python = await emulatorPython();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  const modules = provideSdk(folder);
  const log = openSync(logFile, 'w');
  const child = spawn(python, [join(import.meta.dirname, 'main.py')], {
    cwd: folder,
    env: {
      ...process.env,
      // functions run with the node that runs this
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      TMPDIR: folder,
      NODE_PATH: modules,
      PYTHONDONTWRITEBYTECODE: '1',
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: 'localhost',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const stop = async (): Promise<void> => {
    await stopChild(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilHealthy(endpoint, child);
  } catch (error) {
    await stop();
    throw new Error(`the emulator did not start; its log is ${logFile}`, { cause: error });
  }
  return { endpoint, logFile, stop };
}

/** AWS's runtime for Node brings the SDK along, which the CDK's own functions rely on. Ours are bundled with theirs. */
function provideSdk(folder: string): string {
  const modules = join(folder, 'runtime');
  mkdirSync(modules);
  symlinkSync(join(import.meta.dirname, '../../../node_modules/@aws-sdk'), join(modules, '@aws-sdk'));
  return modules;
}

async function untilHealthy(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`no answer in ${START_TIMEOUT_MS} ms`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  const ended = exitCode(child);
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(kill);
}
