import type { PlanDiff } from '../run-control/change-plan.ts';
import type { ControlledRun } from '../run-control/run-controls.ts';
import { oneLine, table } from './format.ts';

const SHOWN_IDS = 10;

/** How a run stands after a control, for people or as JSON. */
export function describeControl(run: ControlledRun, json: boolean): string {
  if (json) return `${JSON.stringify(run)}\n`;
  const { run_id, status, execution, diff } = run;
  return `run ${run_id} is ${status}${execution > 1 ? ` (execution ${execution})` : ''}\n${diff === undefined ? '' : describeDiff(diff)}`;
}

const MEANINGS: Readonly<Record<keyof PlanDiff, string>> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  rerun: 'run again, being behind those',
  retried: 'run again, not completed',
  kept: 'kept',
};

function describeDiff(diff: PlanDiff): string {
  const rows = Object.entries(MEANINGS).flatMap(([name, meaning]) => {
    const ids = diff[name as keyof PlanDiff];
    return ids.length === 0 ? [] : [[meaning, someIds(ids)] as const];
  });
  return rows.length === 0 ? '' : `${table(rows)}\n`;
}

/** How many, and which: `2: a, b`. */
export function someIds(ids: readonly string[]): string {
  const shown = ids.slice(0, SHOWN_IDS).map((id) => oneLine(id, 40));
  return `${ids.length}: ${shown.join(', ')}${ids.length > SHOWN_IDS ? ', …' : ''}`;
}
