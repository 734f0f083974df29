import type { PlanResult } from '../results/plan-result.ts';
import type { OrchestratorStats } from '../runtime/statistics.ts';
import { describeTotals } from './describe-totals.ts';
import { oneLine, table } from './format.ts';
import { commandLine, type KeptAt } from './hints.ts';

export const SHOWN_OUTPUTS = 20;

/** How a run came out, and where it is kept, for people. */
export function describeResult(result: PlanResult, stats: OrchestratorStats, keptAt: KeptAt | undefined): string {
  const shown = Object.entries(result.outputs)
    .slice(0, SHOWN_OUTPUTS)
    .map(([id, value]): [string, string] => [oneLine(id, 40), oneLine(JSON.stringify(value), 120)]);
  const left = result.completed_tasks - shown.length;
  const more = left > 0 ? `  … and ${left} more${keptAt === undefined ? '' : `: ${commandLine('status', result.run_id, keptAt)}`}\n` : '';
  const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;
  return [
    `\nRun ${result.run_id}: ${result.status}, ${describeTotals(countsIn(result))}`,
    `\nOutputs\n${table(shown)}\n${more}`,
    `${keptAt === undefined ? 'Statistics' : `Statistics of all runs ${keptAt.place}`}\n${table([
      ['plans executed', stats.plans_executed],
      ['tasks executed', stats.tasks_executed],
      ['tasks completed', stats.tasks_completed],
      ['tasks failed', stats.tasks_failed],
      ['tasks retried', stats.tasks_retried],
      ['success rate', percent(stats.success_rate)],
    ])}\n`,
    ...(keptAt === undefined ? [] : [`kept ${keptAt.place}\n`]),
  ].join('\n');
}

function countsIn(result: PlanResult): Parameters<typeof describeTotals>[0] {
  return {
    completed: result.completed_tasks,
    failed: result.failed_tasks,
    tolerated: result.tolerated_tasks,
    blocked: result.blocked_tasks,
    cancelled: result.cancelled_tasks,
    skipped: result.skipped_tasks,
  };
}
