import type { ContestantModule } from './contestant.ts';
import { profileCpu, type SelfTime } from './cpu-profile.ts';
import { loadDag } from './dag.ts';
import { type Amount, repeat, timeRun } from './timed-runs.ts';

export interface ProfileTask {
  /** The URL of the contestant's module. */
  readonly module: string;
  readonly workload: string;
  readonly warmUp: Amount;
  readonly measured: Amount;
}

export interface ProfileResult {
  readonly tasks: number;
  readonly times: readonly SelfTime[];
}

const task = JSON.parse(process.argv[2] ?? '') as ProfileTask;
const { contestant } = (await import(task.module)) as ContestantModule;
const started = await contestant.start();
try {
  const dag = loadDag(task.workload);
  let runs = 0;
  const run = (): Promise<number> => {
    runs++;
    return timeRun(started, dag);
  };
  await repeat(task.warmUp, run);
  runs = 0;
  const times = await profileCpu(() => repeat(task.measured, run));
  process.send?.({ tasks: runs * dag.tasks.length, times } satisfies ProfileResult);
} finally {
  await started.stop();
  process.disconnect?.();
}
