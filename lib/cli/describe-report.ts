import type { ForeachReport } from '../compiler/foreach-report.ts';
import type { Report } from '../compiler/report.ts';
import { oneLine, seconds, table } from './format.ts';

/** What a plan comes to, for people. */
export function describeReport(report: Report & { readonly warnings: readonly string[] }, machineName?: string): string {
  const rows: [string, string | number][] = [
    ['tasks', `${report.tasks} (${report.dependencies} dependencies, at most ${report.width} at once, limit ${report.max_parallel_tasks})`],
    ['critical path', describeTimes(report)],
    ['states', `${report.states} in ${report.machines} state machine${report.machines === 1 ? '' : 's'}, ${report.definition_bytes} bytes`],
    [
      'gated tasks',
      `${report.gated_tasks} by dependencies, ${report.place_tasks} by the limit, of which ${report.expected_waits} have to wait`,
    ],
    [
      'a run',
      `${report.transitions} transitions, ${report.lambda_calls} Lambda calls, ${report.estimated_events} events in the longest history`,
    ],
    ['of the table', `${report.read_units} read units, ${report.write_units} write units`],
    ['costs', `about $${report.estimated_cost_usd.toPrecision(3)} a run, without what the tasks do`],
  ];
  for (const foreach of report.foreach ?? []) rows.push(['foreach', describeForeach(foreach)]);
  if (machineName !== undefined) rows.push(['machine', machineName]);
  return `${table(rows)}\n${report.warnings.map((warning) => `note: ${oneLine(warning, 500)}\n`).join('')}`;
}

function describeTimes({ critical_path_sec, expected_makespan_sec, timeouts_taken }: Report): string {
  const [most, why] = timeouts_taken === 0 ? ['', ''] : ['at most ', ` (from timeouts: ${timeouts_taken} without estimated_duration_sec)`];
  return `${most}${seconds(critical_path_sec * 1000)}, within the limits ${most}${seconds(expected_makespan_sec * 1000)}${why}`;
}

function describeForeach(foreach: ForeachReport): string {
  const { items, transitions_per_item: transitions, lambda_calls_per_item: calls, cost_usd_per_item: usd } = foreach;
  const counted = items === null ? 'its list is not known yet, counted with one item' : `${items} item${items === 1 ? '' : 's'}`;
  return `${oneLine(foreach.task_id)}: ${counted}; each ${transitions} transitions, ${calls} Lambda calls, about $${usd.toPrecision(3)}`;
}
