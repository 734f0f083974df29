import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compilation } from '../../lib/compiler/compile.ts';
import { LocalPlatform } from '../../lib/local/local-platform.ts';
import { executionName } from '../../lib/runtime/execution-name.ts';
import { startRun } from '../../lib/runtime/start-run.ts';

export type Compiled = Pick<Compilation, 'spec' | 'machines'>;

/** Runs what has been compiled, again and again, its mock tasks doing nothing; the store is on disk. */
export class CompiledRunner {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'task-orchestrator-bench-'));
  readonly #platform = new LocalPlatform({ dataDir: this.#dataDir });
  readonly #compiled: Compiled;
  #runs = 0;

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
  }

  /** Milliseconds from start to end. */
  async run(): Promise<number> {
    const runId = `run-${++this.#runs}`;
    const { runtime, engine } = this.#platform;
    const { spec, machines } = this.#compiled;
    const fromMs = performance.now();
    await startRun(runtime, { run: { run_id: runId, plan_id: 'bench', goal_id: null, context: {} }, spec, machines });
    const { status, cause } = await engine.waitForEnd(executionName(runId, 1));
    const tookMs = performance.now() - fromMs;
    if (status !== 'SUCCEEDED') throw new Error(`the execution ended ${status}: ${cause}`);
    return tookMs;
  }

  stop(): void {
    this.#platform.close();
    rmSync(this.#dataDir, { recursive: true });
  }
}
