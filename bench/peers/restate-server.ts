import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenLocally } from './listen-locally.ts';

const START_LIMIT_MS = 60_000;

/** Restate's server with its data in a temporary folder. It listens on 127.0.0.1 only. */
export class RestateServer {
  readonly #process: ChildProcess;
  readonly #ingress: string;
  readonly #admin: string;
  readonly #dataDir: string;

  private constructor(process: ChildProcess, ports: { ingress: number; admin: number }, dataDir: string) {
    this.#process = process;
    this.#ingress = `http://127.0.0.1:${ports.ingress}`;
    this.#admin = `http://127.0.0.1:${ports.admin}`;
    this.#dataDir = dataDir;
  }

  static async start(): Promise<RestateServer> {
    const [node, ingress, admin] = await freePorts(3);
    const dataDir = mkdtempSync(join(tmpdir(), 'restate-bench-'));
    const server = spawn(binary(), ['--base-dir', dataDir, '--bind-ip', '127.0.0.1', '--listen-mode', 'tcp', '--no-logo'], {
      env: {
        ...process.env,
        RESTATE_BIND_PORT: `${node}`,
        RESTATE_INGRESS__BIND_PORT: `${ingress}`,
        RESTATE_ADMIN__BIND_PORT: `${admin}`,
        RESTATE_DISABLE_TELEMETRY: 'true',
        DO_NOT_TRACK: '1',
        RUST_LOG: 'error',
      },
      stdio: 'ignore',
    });
    await once(server, 'spawn');
    return new RestateServer(server, { ingress: ingress!, admin: admin! }, dataDir);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Makes the services at that address known, as soon as the server is up. */
  async register(uri: string): Promise<void> {
    for (const untilMs = performance.now() + START_LIMIT_MS; ; ) {
      if (this.#process.exitCode !== null) throw new Error(`restate-server ended with ${this.#process.exitCode}`);
      try {
        await post(`${this.#admin}/deployments`, { uri });
        return;
      } catch (error) {
        if (performance.now() > untilMs) throw error;
        await sleep(200);
      }
    }
  }

  async call(handler: string): Promise<void> {
    await post(`${this.#ingress}/${handler}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    if (this.#process.exitCode === null && this.#process.kill('SIGKILL')) await ended;
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

async function post(url: string, body?: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
}

/** The program itself: the npm package's own command is a wrapper that would be the one to be killed. */
function binary(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('@restatedev/restate-server/package.json'));
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  return require.resolve(`${platform}/bin/restate-server`);
}

/** Free a moment ago: held together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map(listenLocally));
  await Promise.all(servers.map(async (server) => once(server.close(), 'close')));
  return ports;
}
