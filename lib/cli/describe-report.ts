import type { Report } from '../compiler/report.ts';
import { oneLine, seconds, table } from './format.ts';

/** What a plan comes to, for people. */
export function describeReport(report: Report & { readonly warnings: readonly string[] }, machineName?: string): string {
  const rows: [string, string | number][] = [
    ['tasks', `${report.tasks} (${report.dependencies} dependencies, at most ${report.width} at once, limit ${report.max_parallel_tasks})`],
    ['critical path', seconds(report.critical_path_sec * 1000)],
    ['states', `${report.states} in ${report.machines} state machine${report.machines === 1 ? '' : 's'}, ${report.definition_bytes} bytes`],
    ['gated tasks', `${report.gated_tasks} by dependencies, ${report.place_tasks} by the limit`],
    [
      'a run',
      `${report.transitions} transitions, ${report.lambda_calls} Lambda calls, ${report.estimated_events} events in the longest history`,
    ],
    ['costs', `about $${report.estimated_cost_usd.toPrecision(3)} a run, without what the tasks do`],
  ];
  if (machineName !== undefined) rows.push(['machine', machineName]);
  return `${table(rows)}\n${report.warnings.map((warning) => `note: ${oneLine(warning, 500)}\n`).join('')}`;
}
