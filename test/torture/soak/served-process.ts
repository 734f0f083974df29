import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { exitCode } from '../../e2e/emulator/processes.ts';

const MAIN = join(import.meta.dirname, '../../../lib/cli/main.ts');
const REPORT_MEMORY = join(import.meta.dirname, 'report-memory.ts');

/** What a process takes at one moment; bytes. */
export interface Footprint {
  readonly residentBytes: number;
  /** Sockets, files and pipes. */
  readonly openFiles: number;
}

/** A `serve` of its own: a child process on a free port, with its own folder and no more heap than it is given. */
export class ServedProcess {
  readonly endpoint: URL;
  readonly #child: ChildProcess;
  readonly #said: Promise<string>;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, endpoint: URL) {
    this.#child = child;
    this.endpoint = endpoint;
    this.#said = text(child.stderr!);
    this.#ended = exitCode(child);
  }

  /** @throws where it does not come to listen */
  static async start(dataDir: string, heapMb: number): Promise<ServedProcess> {
    const flags = ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMb}`, '--expose-gc', '--import', REPORT_MEMORY];
    const child = spawn(process.execPath, [...flags, MAIN, 'serve', '--port', '0', '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const listening = once(child.stdout!, 'data') as Promise<[Buffer]>;
    const first = await Promise.race([listening, exitCode(child)]);
    const url = Array.isArray(first) ? /http:\/\/\S+/.exec(first[0].toString())?.[0] : undefined;
    if (url === undefined) throw new Error(`serve does not listen: ${await text(child.stderr!)}`);
    child.stdout!.resume();
    return new ServedProcess(child, new URL(url));
  }

  /** Whether it still runs: who has no memory left is gone. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** undefined once it has ended. */
  footprint(): Footprint | undefined {
    const folder = `/proc/${this.#child.pid}`;
    try {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1];
      if (kilobytes === undefined) return undefined;
      return { residentBytes: Number(kilobytes) * 1024, openFiles: readdirSync(`${folder}/fd`).length };
    } catch {
      return undefined;
    }
  }

  /** Bytes alive on its heap, once all that is not alive has been collected; undefined once it has ended. */
  async liveHeapBytes(): Promise<number | undefined> {
    if (!this.#child.connected) return undefined;
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    this.#child.once('message', (bytes) => resolve(Number(bytes)));
    void this.#ended.then(() => resolve(undefined));
    this.#child.send('collect');
    return promise;
  }

  /** Asks it to end. @returns what was wrong: it ended otherwise, or had something to say on stderr */
  async stop(): Promise<string[]> {
    this.#child.kill('SIGTERM');
    const [code, said] = await Promise.all([exitCode(this.#child), this.#said]);
    return [
      ...(code === 0 ? [] : [`serve ended with ${code}`]),
      ...(said.trim() === '' ? [] : [`serve said: ${said.trim().slice(0, 2000)}`]),
    ];
  }
}
