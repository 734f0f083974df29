import type { Contestant } from './contestant.ts';
import type { Score } from './rounds.ts';
import { megabytes, short, textTable } from './text-table.ts';
import { WORKLOADS } from './workload-names.ts';

export interface ScoreRow {
  readonly name: string;
  readonly survives: Contestant['survives'];
  readonly score: Score;
}

/** Milliseconds a task, and the rest of what was measured. */
export function scoreTable(rows: readonly ScoreRow[]): string {
  const header = [
    'ms a task',
    'survives the death of',
    ...WORKLOADS.map(({ label }) => label),
    'first run (1000genome)',
    'wall / 10 s',
    'peak MB',
    'of that, a server',
  ];
  const lines = rows.map(({ name, survives, score }) => [
    name,
    survives,
    ...WORKLOADS.map((workload) => short(score.msPerTask.get(workload.name))),
    short(score.coldMsPerTask),
    score.wallPerCriticalPath?.toFixed(4) ?? '–',
    megabytes(score.peakBytes),
    score.serverBytes === 0 ? '–' : megabytes(score.serverBytes),
  ]);
  return textTable(header, lines);
}

/** How many times as much as `ours` the others take. */
export function ratioTable(ours: Score, rows: readonly ScoreRow[]): string {
  const header = ['times as much as ours', ...WORKLOADS.map(({ label }) => label), 'first run (1000genome)', 'peak memory'];
  const lines = rows.map(({ name, score }) => [
    name,
    ...WORKLOADS.map((workload) => ratio(score.msPerTask.get(workload.name), ours.msPerTask.get(workload.name))),
    ratio(score.coldMsPerTask, ours.coldMsPerTask),
    ratio(score.peakBytes, ours.peakBytes),
  ]);
  return textTable(header, lines);
}

function ratio(theirs: number | undefined, ours: number | undefined): string {
  return `${short((theirs ?? Number.NaN) / (ours ?? Number.NaN))} x`;
}
