import { inOwnProcess } from './in-own-process.ts';
import { median } from './median.ts';
import type { Amount } from './timed-runs.ts';
import type { WorkerResult, WorkerTask } from './worker.ts';
import { WORKLOADS } from './workload-names.ts';

export interface RoundsOptions {
  readonly rounds: number;
  /** Also run PACED_WORKLOAD. */
  readonly paced: boolean;
  readonly warmUp: Amount;
  readonly measured: Amount;
}

/** Medians over the rounds. */
export interface Score {
  readonly msPerTask: ReadonlyMap<string, number>;
  readonly coldMsPerTask: number;
  readonly peakBytes: number;
  /** 0 where there is no server. */
  readonly serverBytes: number;
  readonly wallPerCriticalPath: number | undefined;
}

export const THOROUGH: RoundsOptions = { rounds: 3, paced: true, warmUp: { runs: 3, ms: 1000 }, measured: { runs: 5, ms: 1000 } };
export const QUICK: RoundsOptions = { rounds: 1, paced: false, warmUp: { runs: 3, ms: 500 }, measured: { runs: 5, ms: 300 } };

/**
 * Measures all contestants in turns, round by round, so that what else the machine does meets all of them.
 *
 * @param worker the URL of worker.ts, built
 * @param modules the URLs of the contestants' modules, by name
 * @returns the score by name, or the error with which the contestant dropped out
 */
export async function runRounds(
  worker: string,
  modules: ReadonlyMap<string, string>,
  options: RoundsOptions,
): Promise<Map<string, Score | Error>> {
  const results = new Map([...modules.keys()].map((name) => [name, new Collected()]));
  for (let round = 1; round <= options.rounds; round++) {
    for (const [name, module] of modules) {
      const collected = results.get(name)!;
      if (collected.error !== undefined) continue;
      process.stderr.write(`round ${round} of ${options.rounds}: ${name}\n`);
      await collected.measure(worker, module, options);
    }
  }
  return new Map([...results].map(([name, collected]) => [name, collected.error ?? collected.score()]));
}

class Collected {
  readonly #msPerTask = new Map<string, number[]>(WORKLOADS.map(({ name }) => [name, []]));
  readonly #cold: number[] = [];
  readonly #peak: number[] = [];
  readonly #server: number[] = [];
  readonly #paced: number[] = [];
  error: Error | undefined;

  async measure(worker: string, module: string, { paced, warmUp, measured }: RoundsOptions): Promise<void> {
    const task: Omit<WorkerTask, 'measure'> = { module, warmUp, measured };
    try {
      const warm = await inOwnProcess<WorkerResult>(worker, { ...task, measure: 'warm' } satisfies WorkerTask);
      const cold = await inOwnProcess<WorkerResult>(worker, { ...task, measure: paced ? 'cold and paced' : 'cold' } satisfies WorkerTask);
      for (const [name, ms] of Object.entries(warm.msPerTask ?? {})) this.#msPerTask.get(name)?.push(ms);
      if (cold.coldMsPerTask !== undefined) this.#cold.push(cold.coldMsPerTask);
      if (cold.peakBytes !== undefined) this.#peak.push(cold.peakBytes);
      if (cold.serverBytes !== undefined) this.#server.push(cold.serverBytes);
      if (cold.wallPerCriticalPath !== undefined) this.#paced.push(cold.wallPerCriticalPath);
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
    }
  }

  score(): Score {
    return {
      msPerTask: new Map([...this.#msPerTask].map(([name, values]) => [name, median(values)])),
      coldMsPerTask: median(this.#cold),
      peakBytes: median(this.#peak),
      serverBytes: median(this.#server),
      wallPerCriticalPath: this.#paced.length === 0 ? undefined : median(this.#paced),
    };
  }
}
