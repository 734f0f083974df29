import { parseArgs } from 'node:util';
import { inOwnProcess } from './measure/in-own-process.ts';
import { timeByArea } from './measure/profile-areas.ts';
import type { ProfileResult, ProfileTask } from './measure/profile-worker.ts';
import { textTable } from './measure/text-table.ts';
import { COLD_WORKLOAD } from './measure/workload-names.ts';

/**
 * Where the time of a run goes: `node bench/profile.bench.ts [workload] [--contestant task-orchestrator-limit]`.
 * Warm, the store on disk, tasks that do nothing.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { contestant: { type: 'string', default: 'task-orchestrator' } },
});
const WORKER = new URL('./measure/profile-worker.ts', import.meta.url).href;
const FUNCTIONS = 25;

const task: ProfileTask = {
  module: new URL(`./contestants/${values.contestant}.ts`, import.meta.url).href,
  workload: positionals[0] ?? COLD_WORKLOAD,
  warmUp: { runs: 5, ms: 2_000 },
  measured: { runs: 5, ms: 4_000 },
};
const { tasks, times } = await inOwnProcess<ProfileResult>(WORKER, task);
const totalUs = times.reduce((sum, { selfUs }) => sum + selfUs, 0);
const cells = (us: number): string[] => [(us / tasks).toFixed(2), `${((100 * us) / totalUs).toFixed(1)} %`];

console.log(`${task.workload}: ${(totalUs / tasks).toFixed(1)} µs a task, ${tasks} tasks sampled\n`);
console.log(
  textTable(
    ['area', 'µs a task', 'share'],
    timeByArea(times).map(([area, us]) => [area, ...cells(us)]),
  ),
);
const most = times.toSorted((a, b) => b.selfUs - a.selfUs).slice(0, FUNCTIONS);
console.log(
  `\n${textTable(
    ['function', 'µs a task', 'share'],
    most.map(({ functionName, url, callerUrl, line, selfUs }) => [
      `${functionName || '(anonymous)'} ${place(url, line, callerUrl)}`,
      ...cells(selfUs),
    ]),
  )}`,
);

function place(url: string, line: number, callerUrl: string): string {
  return url === '' ? (callerUrl === '' ? '' : `built in, from ${lastParts(callerUrl)}`) : `${lastParts(url)}:${line}`;
}

function lastParts(url: string): string {
  return url.split('/').slice(-2).join('/');
}
