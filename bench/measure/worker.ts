import type { ContestantModule, Started } from './contestant.ts';
import { loadDag } from './dag.ts';
import { peakMemoryBytes, peakMemoryBytesOf } from './peak-memory.ts';
import { type Amount, timeRun, timeRuns } from './timed-runs.ts';
import { COLD_WORKLOAD, PACED_SEC, PACED_WORKLOAD, WORKLOADS } from './workload-names.ts';

/** What a worker is told, as JSON in its first argument. */
export interface WorkerTask {
  /** The URL of the contestant's module. */
  readonly module: string;
  readonly measure: 'warm' | 'cold' | 'cold and paced';
  readonly warmUp: Amount;
  readonly measured: Amount;
}

/** What a worker sends to its parent. */
export interface WorkerResult {
  /** By workload, after a warm-up. */
  readonly msPerTask?: Readonly<Record<string, number>>;
  readonly coldMsPerTask?: number;
  /** Of all processes of the contestant. */
  readonly peakBytes?: number;
  /** Of those beside the one that runs the tasks: servers. */
  readonly serverBytes?: number;
  readonly wallPerCriticalPath?: number;
}

async function measure(started: Started, task: WorkerTask): Promise<WorkerResult> {
  if (task.measure === 'warm') {
    const msPerTask: Record<string, number> = {};
    for (const { name } of WORKLOADS) {
      const dag = loadDag(name);
      msPerTask[name] = (await timeRuns(started, dag, task.warmUp, task.measured)) / dag.tasks.length;
    }
    return { msPerTask };
  }
  const cold = loadDag(COLD_WORKLOAD);
  const coldMsPerTask = (await timeRun(started, cold)) / cold.tasks.length;
  const serverBytes = (started.childPids ?? []).reduce((sum, pid) => sum + peakMemoryBytesOf(pid), 0);
  const first = { coldMsPerTask, serverBytes, peakBytes: serverBytes + peakMemoryBytes() };
  if (task.measure === 'cold') return first;
  await timeRun(started, loadDag(PACED_WORKLOAD));
  const paced = loadDag(PACED_WORKLOAD, PACED_SEC);
  return { ...first, wallPerCriticalPath: (await timeRun(started, paced)) / paced.criticalPathMs };
}

const task = JSON.parse(process.argv[2] ?? '') as WorkerTask;
const { contestant } = (await import(task.module)) as ContestantModule;
const started = await contestant.start();
try {
  process.send?.(await measure(started, task));
} finally {
  await started.stop();
  process.disconnect?.();
}
