import { connectTo, type DeploymentFlags, deploymentOf, onDeployment } from './deployment-flags.ts';
import { describeFailed, describeTotals } from './describe-totals.ts';
import { EXIT } from './exit-codes.ts';
import { oneLine, statusMark, table, taskLabel } from './format.ts';
import { inFolder } from './hints.ts';
import type { RunSource } from './run-source.ts';
import { StoredRuns } from './stored-runs.ts';
import { UsageError } from './usage-error.ts';

const LISTED_RUNS = 50;

export interface StatusFlags extends DeploymentFlags {
  dataDir: string;
  json?: boolean;
}

/** `status [RUN]` */
export async function statusCommand(runId: string | undefined, flags: StatusFlags): Promise<number> {
  const runs = await openRuns(flags);
  try {
    if (runId === undefined) await listRuns(runs, flags);
    else await showRun(runs, runId, flags.json === true);
    return EXIT.completed;
  } finally {
    runs.close();
  }
}

async function openRuns(flags: StatusFlags): Promise<RunSource> {
  const address = deploymentOf(flags);
  if (address === undefined) return new StoredRuns(flags.dataDir);
  const { DeployedRuns } = await import('./deployed-runs.ts');
  return new DeployedRuns(await connectTo(address));
}

async function listRuns(source: RunSource, flags: StatusFlags): Promise<void> {
  const runs = await source.listRuns(LISTED_RUNS);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ runs })}\n`);
    return;
  }
  const address = deploymentOf(flags);
  const { place } = address === undefined ? inFolder(flags.dataDir) : onDeployment(address);
  if (runs.length === 0) process.stdout.write(`there are no runs ${place}\n`);
  for (const run of runs) {
    const failed = run.totals === null || run.totals.failed === 0 ? '' : `, ${describeFailed(run.totals)}`;
    process.stdout.write(
      `${run.run_id}  ${run.status.padEnd(10)} ${run.created_at}  ${oneLine(run.plan_id, 60)} (${run.task_count} tasks${failed})\n`,
    );
  }
}

async function showRun(source: RunSource, runId: string, json: boolean): Promise<void> {
  const run = await source.getRun(runId);
  if (run === undefined) throw new UsageError(`there is no run ${runId}`);
  const tasks = await source.listTasks(runId, json);
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...run, tasks })}\n`);
    return;
  }
  process.stdout.write(
    `${table([
      ['run', run.run_id],
      ['plan', oneLine(run.plan_id, 60)],
      ['status', run.status],
      ...(run.totals === null ? [] : [['tasks', describeTotals(run.totals)] as const]),
      ...(run.parent_run_id === undefined ? [] : [['of', `task ${oneLine(run.parent_task_id!, 60)} of run ${run.parent_run_id}`] as const]),
      ...(run.execution > 1 ? [['executions', run.execution] as const] : []),
      ['created', run.created_at],
      ['ended', run.completed_at ?? '-'],
    ])}\n`,
  );
  for (const task of tasks) {
    const error = task.error === null ? '' : `  ${task.error.code} ${oneLine(task.error.message)}`;
    const child = task.child_run_id === undefined ? '' : `  (run ${task.child_run_id})`;
    process.stdout.write(`  ${statusMark(task.status)} ${task.status.padEnd(10)} ${taskLabel(task.task_id, task.name)}${child}${error}\n`);
  }
}
