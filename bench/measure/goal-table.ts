import type { Score } from './rounds.ts';
import type { ScoreRow } from './score-table.ts';
import { short, textTable } from './text-table.ts';
import { WORKLOADS } from './workload-names.ts';

/** What is no peer of an engine: it knows no workflows beyond the call, or runs another graph than it is given. */
const NO_ENGINES = ['p-graph', 'promises (the floor)', 'aws-local-stepfunctions (levels)'];

/** What this project has set itself, and what came of it: the worst of all workloads counts. */
export function goalTable(ours: Score, rows: readonly ScoreRow[]): string {
  const peers = rows.filter(({ name }) => !name.startsWith('task-orchestrator') && !NO_ENGINES.includes(name));
  const durable = peers.filter(({ survives }) => survives !== 'nothing');
  // server and the process that runs the tasks, which ours is as well
  const server = durable.find(({ score }) => score.serverBytes > 0)?.score.peakBytes;
  const paced = ours.wallPerCriticalPath;
  return textTable(
    ['goal', 'wanted', 'measured', 'met'],
    [
      atLeast('a task, best durable peer / ours', 4, fastest(ours, durable)),
      atLeast(
        'a task, fastest engine in memory / ours',
        2,
        fastest(
          ours,
          peers.filter(({ survives }) => survives === 'nothing'),
        ),
      ),
      atMost('wall / critical path', 1.005, paced, (value) => value.toFixed(4)),
      atMost('peak memory / that of the durable peer with its server', 0.2, server && ours.peakBytes / server, short),
    ],
  );
}

/** How many times as long as ours the fastest takes, where it comes closest. */
function fastest(ours: Score, rows: readonly ScoreRow[]): number | undefined {
  if (rows.length === 0) return undefined;
  return Math.min(
    ...WORKLOADS.map(({ name }) => Math.min(...rows.map(({ score }) => score.msPerTask.get(name)!)) / ours.msPerTask.get(name)!),
  );
}

function atLeast(goal: string, wanted: number, measured: number | undefined): string[] {
  return [goal, `at least ${wanted}`, short(measured), measured === undefined ? 'not measured' : yesOrNo(measured >= wanted)];
}

function atMost(goal: string, wanted: number, measured: number | undefined, print: (value: number) => string): string[] {
  if (measured === undefined) return [goal, `at most ${wanted}`, '–', 'not measured'];
  return [goal, `at most ${wanted}`, print(measured), yesOrNo(measured <= wanted)];
}

function yesOrNo(isMet: boolean): string {
  return isMet ? 'yes' : 'no';
}
