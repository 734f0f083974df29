import { CheckedRun } from './checked-run.ts';
import type { Started } from './contestant.ts';
import type { Dag } from './dag.ts';
import { median } from './median.ts';

/** How long to go on: at least `runs`, then until `ms` are over, at most MOST_RUNS. */
export interface Amount {
  readonly runs: number;
  readonly ms: number;
}

const MOST_RUNS = 200;

/** The wall time of one run, from submit to result. */
export async function timeRun(started: Started, dag: Dag): Promise<number> {
  const check = new CheckedRun(dag);
  const run = await started.prepare(dag, check.execute);
  const fromMs = performance.now();
  await run();
  const tookMs = performance.now() - fromMs;
  check.end();
  return tookMs;
}

/** The median wall time of several runs in milliseconds, after a warm-up. */
export async function timeRuns(started: Started, dag: Dag, warmUp: Amount, measured: Amount): Promise<number> {
  await repeat(warmUp, () => timeRun(started, dag));
  return median(await repeat(measured, () => timeRun(started, dag)));
}

/** What the runs gave. */
export async function repeat<T>({ runs, ms }: Amount, run: () => Promise<T> | T): Promise<T[]> {
  const results: T[] = [];
  const fromMs = performance.now();
  while (results.length < runs || (performance.now() - fromMs < ms && results.length < MOST_RUNS)) results.push(await run());
  return results;
}
