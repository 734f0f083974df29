import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import type { Mocks } from '../script.ts';
import type { OracleProgram } from './set-up.ts';

/** What `main.py` takes; see there. */
export interface OracleCase {
  readonly id: string;
  readonly machines: Readonly<Record<string, unknown>>;
  readonly start?: string;
  readonly input: unknown;
  readonly mocks: Mocks | Readonly<Record<string, unknown>>;
  readonly timed?: number;
}

/** An event as DescribeExecution's history has it: the details stand under a name of their own. */
export interface OracleEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}

/** What `main.py` answers. */
export interface OracleResult {
  readonly id: string;
  /** RUNNING where it was given up. */
  readonly status: string;
  readonly error: string | null;
  readonly cause: string | null;
  readonly output: unknown;
  readonly calls: readonly { readonly state: string; readonly index: number | null; readonly attempt: number }[];
  /** Seconds of every wait before a retry and of every Wait state. */
  readonly sleeps: readonly number[];
  /** By the execution's ARN. */
  readonly histories: Readonly<Record<string, readonly OracleEvent[]>>;
}

/** Several processes of the oracle, each with one case at a time. */
export class Oracle {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  constructor(program: OracleProgram, processes = availableParallelism()) {
    this.#workers = Array.from({ length: processes }, () => new Worker(program));
    this.#idle = [...this.#workers];
  }

  get processes(): number {
    return this.#workers.length;
  }

  async run(oracleCase: OracleCase): Promise<OracleResult> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    try {
      return await worker.run(oracleCase);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}

class Worker {
  readonly #process: ChildProcess;
  readonly #lines: NodeJS.AsyncIterator<string>;

  constructor({ command, args, env }: OracleProgram) {
    this.#process = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async run(oracleCase: OracleCase): Promise<OracleResult> {
    this.#process.stdin!.write(`${JSON.stringify(oracleCase)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`the oracle ended in ${oracleCase.id}`);
    return JSON.parse(line.value) as OracleResult;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.stdin!.end();
    await ended;
  }
}
