import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchJars } from '../fetch-jars.ts';

const POM = join(import.meta.dirname, 'pom.xml');
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/dynamodb-local');

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

export interface DynamoDbLocal {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** What DynamoDB Local needs and this machine does not have. */
export function missingTools(): string[] {
  return [
    ['java', '-version'],
    ['mvn', '-v'],
  ].flatMap(([tool, option]) => {
    try {
      execFileSync(tool!, [option!], { stdio: 'ignore' });
      return [];
    } catch {
      return [tool!];
    }
  });
}

/** Starts Amazon's DynamoDB Local on a free port, in memory, and waits until it answers. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const jars = fetchJars(POM, CACHE);
  const port = await freePort();
  const endpoint = `http://${HOST}:${port}`;
  const server = spawn(
    'java',
    [
      '-Xmx512m',
      `-Djava.library.path=${jars}`,
      '-cp',
      `${jars}/*`,
      'software.amazon.dynamodb.services.local.main.ServerRunner',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  server.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  const killServer = (): void => void server.kill('SIGKILL');
  process.once('exit', killServer);
  try {
    await untilItAnswers(server, endpoint);
  } catch (error) {
    await stopServer(server);
    throw new Error(`DynamoDB Local did not start: ${complaints}`, { cause: error });
  }
  return {
    endpoint,
    stop: async () => {
      process.off('exit', killServer);
      await stopServer(server);
    },
  };
}

async function untilItAnswers(server: ChildProcess, endpoint: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (server.exitCode === null) {
    try {
      await fetch(endpoint); // any answer, be it 400
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`it exited with ${server.exitCode}`);
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL'); // it holds nothing but memory
  await once(server, 'exit');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
